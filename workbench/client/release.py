"""A result and where it comes from."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from workbench.client.disclosure import Disclosure, Marks
from workbench.client.tables import html_table, html_text, printable, text_table
from workbench.client.teaching import taught
from workbench.client.values import is_number, texts, unique_names
from workbench.client.view import viewing_only
from workbench.client.watermark import lined, overlaid
from workbench.errors import Code, Language, Text, WorkbenchError, simple
from workbench.model.contract import FigureStatus
from workbench.model.days import clock_text
from workbench.model.release import METADATA_KEY, Page, ReleaseInfo, Source
from workbench.model.tier import Tier

if TYPE_CHECKING:
    import polars as pl

    from workbench.client.export.save import Exporter, Saved

SHOWN_ROWS = 50
"""Rows that a notebook or a shell shows of a result (our default)."""
_SYNTHETIC = ("合成", "synthetic")
_FLAG = pa.field("simulated", pa.bool_())
_STATUS: Mapping[str, Text] = {
    FigureStatus.preliminary: Text("（初步数据）", " (preliminary)"),
    FigureStatus.awaiting_sign_off: Text("（待签发）", " (awaiting sign-off)"),
}


@dataclass(frozen=True, eq=False)
class Release:
    """What left the gateway: a table, and the sources behind it.

    ``shown`` is how many rows ``repr`` and HTML print; ``arrow()`` and ``pl()`` give all.
    ``exporter`` reaches the gateway that released it; it is not carried into another process.
    """

    table: pa.Table
    info: ReleaseInfo
    language: Language = "en"
    shown: int = SHOWN_ROWS
    exporter: Exporter | None = dataclasses.field(default=None, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "exporter": None}

    @classmethod
    def of(cls, table: pa.Table, language: Language, exporter: Exporter | None = None) -> Release:
        """The release in ``table``, whose schema metadata name its sources.

        Raises Unavailable(internal) where they are missing: unknown origin is not shown.
        """
        return cls(table, info_of(table.schema), language, exporter=exporter)

    @property
    def rows(self) -> int:
        return int(self.table.num_rows)

    @cached_property
    def _marks(self) -> Marks:
        return Marks(self.table, self.info)

    @property
    def visible(self) -> pa.Table:
        """The table without the columns that say why cells of others are withheld."""
        return self._marks.visible()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.visible.column_names)

    @property
    def tier(self) -> str:
        """Where it ran: rows, statistics, view or compare."""
        return self.info.tier

    @property
    def withheld(self) -> int:
        """How many cells of a statistic are withheld."""
        return self.disclosure.withheld

    @property
    def disclosure(self) -> Disclosure:
        """Which rules held, what they withheld and why: a report for who checks output."""
        return self._marks.report(self.language)

    @property
    def noise(self) -> Mapping[str, Any] | None:
        """Of figures with noise: charge, budget left, error of each figure; None of others."""
        return (self.info.disclosure or {}).get("noise")

    def __len__(self) -> int:
        return self.rows

    @property
    def page(self) -> Page | None:
        """Which page of a view this is, and whether there is more; None outside that mode."""
        return self.info.page

    def arrow(self, *, reasons: bool = False) -> pa.Table:
        """The result as it came, exact; NULL where it is withheld. ``reasons``: with the columns
        that say why. Raises Refused(export_not_allowed) for a view."""
        self._check_handed_on(".arrow()")
        return self.table if reasons else self._marks.visible()

    def _check_handed_on(self, call: str) -> None:
        if self.info.tier == Tier.view:
            raise taught(viewing_only(call), self.language)

    def pl(self, *, reasons: bool = False) -> pl.DataFrame:
        """The result as a Polars frame, as ``arrow``; a second column of one name gets a suffix.

        Raises StatementWrong for a type that Polars has not (an interval, a union), and
        Refused(export_not_allowed) for a view.
        """
        self._check_handed_on(".pl()")
        import polars as pl

        table = self.table if reasons else self._marks.visible()
        table = table.rename_columns(unique_names(table.column_names))
        try:
            frame = pl.from_arrow(table.replace_schema_metadata(None))
        except pl.exceptions.ComputeError as error:
            raise simple(
                Code.statement_wrong,
                "结果中有 Polars 不支持的列类型。",
                "The result has a column of a type that Polars does not have.",
                next=Text(
                    f"请在 SQL 中转换（CAST）该列，或使用 .arrow()。列类型：{_types(table)}",
                    f"CAST the column in SQL, or use .arrow(). Types: {_types(table)}",
                ),
            ) from error
        assert isinstance(frame, pl.DataFrame)
        return frame

    def save(self, path: str | Path, *, overwrite: bool = False, caption: str = "") -> Saved:
        """Keep the result as ``.parquet``, ``.csv`` or ``.xlsx`` (by the suffix), recorded by the
        gateway, with its signed receipt beside it as ``NAME.receipt.json``. A CSV ends in an
        empty line and the ``caption``, as a printed table does.

        Raises InvalidInput for a path or form that does not do, Refused (export_not_allowed,
        grant_expired ...) where the result may not be kept. See docs/obtain.md.
        """
        from workbench.client.export.save import save

        try:
            return save(self, Path(path), overwrite=overwrite, caption=caption)
        except WorkbenchError as error:
            raise taught(error, self.language) from error.__cause__

    def limited(self, shown: int) -> Release:
        """The same release, printing at most ``shown`` rows."""
        return dataclasses.replace(self, shown=shown)

    @property
    def synthetic(self) -> bool:
        """Whether a source, or a row in a column ``simulated``, says that it is made up."""
        if any(_is_synthetic(source) for source in self.info.sources):
            return True
        told = zip(self.table.schema, self.table.columns, strict=True)
        return any(_FLAG.equals(field) and pc.any(rows).as_py() for field, rows in told)

    def caption(self, language: Language | None = None) -> str:
        """Sources, providers, data dates and dates obtained (Aba 2024 art. 36), scenario, entry."""
        return caption(self.info, language or self.language)

    def counted(self) -> str:
        """How many rows are shown of how many; of a view, which page and whether there is more."""
        if self.page is not None:
            return _turned(self.page, self.rows, self.language)
        shown = min(self.shown, self.rows)
        if self.language == "zh":
            hidden = f"，未放行 {self.withheld:,} 格" if self._marks.companions else ""
            return f"{shown:,} / {self.rows:,} 行{hidden}"
        hidden = f", {self.withheld:,} cells withheld" if self._marks.companions else ""
        return f"{shown:,} of {self.rows:,} rows{hidden}"

    def _cells(self) -> list[tuple[str | None, ...]]:
        head = self._marks.visible().slice(0, self.shown)
        cells = list(zip(*(texts(column) for column in head.columns), strict=True))
        return self._marks.marked(cells) if self._marks.companions else cells

    def _numbers(self) -> frozenset[int]:
        visible = self._marks.visible()
        return frozenset(i for i, f in enumerate(visible.schema) if is_number(f.type))

    def _legend(self) -> list[str]:
        return self._marks.legend(self.shown, self.language)

    def text(self) -> str:
        """The first rows as a text table, without caption; of a view between two watermarks."""
        if not self.columns:
            return ""
        table = text_table(self.columns, self._cells(), self._numbers())
        return lined("\n".join([table, *self._legend()]), self.info.watermark)

    def __repr__(self) -> str:
        return f"{self.text()}\n{self.counted()}\n{printable(self.caption())}".lstrip("\n")

    def _repr_html_(self) -> str:
        table = html_table(self.columns, self._cells(), self._numbers()) if self.columns else ""
        table = overlaid(table, self.info.watermark)
        legend = "".join(
            f'<div class="workbench-withheld" style="opacity:.75">{html_text(line)}</div>'
            for line in self._legend()
        )
        return (
            f'<div class="workbench-release">{table}{legend}'
            f'<div class="workbench-count" style="opacity:.75">{self.counted()}</div>'
            f'<div class="workbench-caption" style="opacity:.75">{html_text(self.caption())}</div>'
            "</div>"
        )


def info_of(schema: pa.Schema) -> ReleaseInfo:
    """The release's own description, from the metadata of its schema."""
    found = (schema.metadata or {}).get(METADATA_KEY)
    if found is None:
        raise simple(
            Code.internal,
            "网关返回的结果没有来源说明，已丢弃。",
            "The gateway sent a result without its sources; it was dropped.",
            next=Text("请联系平台运维人员。", "Tell those who run the workbench."),
        )
    return ReleaseInfo.from_dict(json.loads(found))


def caption(info: ReleaseInfo, language: Language) -> str:
    """One paragraph of provenance in ``language``."""
    if language == "zh":
        sources = "；".join(_source_zh(s) for s in info.sources) or "无"
        parts = [f"来源：{sources}", f"场景 {info.scenario}", f"账本第 {info.ledger_seq} 条"]
        parts += [f"授权至 {info.valid_until}"] if info.valid_until else []
        parts += [f"水印 {info.watermark}"] if info.watermark else []
        return "；".join([*parts, *info.notes])
    sources = "; ".join(_source_en(s) for s in info.sources) or "none"
    parts = [f"Source: {sources}", f"scenario {info.scenario}", f"ledger entry {info.ledger_seq}"]
    parts += [f"granted until {info.valid_until}"] if info.valid_until else []
    parts += [f"watermark {info.watermark}"] if info.watermark else []
    return "; ".join([*parts, *info.notes])


def _turned(page: Page, rows: int, language: Language) -> str:
    if language == "zh":
        return f"第 {page.page:,} 页，{rows:,} 行，{'还有下一页' if page.more else '没有下一页'}"
    more = "there is more" if page.more else "the last one"
    return f"page {page.page:,}, {rows:,} rows, {more}"


def _source_zh(source: Source) -> str:
    mark = "【合成数据】" if _is_synthetic(source) else ""
    licence = f"，许可 {source.licence}" if source.licence else ""
    title = f"{mark}{source.title_zh}{_not_final(source).zh}"
    return f"{title}，提供部门 {source.provider_zh}，{_when_zh(source)}{licence}"


def _source_en(source: Source) -> str:
    mark = "[SYNTHETIC DATA] " if _is_synthetic(source) else ""
    licence = f", licence {source.licence}" if source.licence else ""
    title = f"{mark}{source.title_en}{_not_final(source).en}"
    return f"{title}, provider {source.provider_en}, {_when_en(source)}{licence}"


def _not_final(source: Source) -> Text:
    """Behind the title; nothing for figures that are final."""
    return _STATUS.get(source.status, Text("", ""))


def _when_zh(source: Source) -> str:
    if source.pulled_at is not None:
        return f"取自来源 {clock_text(source.pulled_at)}"
    return f"数据日期 {source.data_date or '未知'}，取得日期 {source.obtained_on or '未知'}"


def _when_en(source: Source) -> str:
    if source.pulled_at is not None:
        return f"pulled from its source at {clock_text(source.pulled_at)}"
    return f"data as of {source.data_date or 'unknown'}, obtained {source.obtained_on or 'unknown'}"


def _is_synthetic(source: Source) -> bool:
    titles = f"{source.title_zh} {source.title_en}".casefold()
    return any(word in titles for word in _SYNTHETIC)


def _types(table: pa.Table) -> str:
    return ", ".join(f"{field.name} {field.type}" for field in table.schema)
