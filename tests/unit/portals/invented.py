"""Three portals that do not exist, each with spellings of its own and a mapping for them.

Binjiang writes GB18030 with semicolons and two lines above the headings; Yunling an XLSX with
dates as dates; Hekou JSON inside a document, with the open type under other names.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

BINJIANG = """滨江区数据开放平台;;;;;;
导出日期：二〇二四年五月六日;;;;;;
信息项名;数源单位名;开放等级;刷新节奏;挂网日期;最近刷新;条目量
道路积水点;区水务局;可公开;逢月刷新;2021年3月4日;2023年02月01日;１２８
;区水务局;可公开;逢月刷新;2021年3月4日;2023年02月01日;5
公园名录;区绿化中心;须登记;逢年刷新;2020年1月2日;2023年01月05日;1,204
公园名录;区绿化中心;须登记;逢年刷新;2020年1月2日;2023年01月05日;1,204
泵站;区水务局;内部;随时刷新;2022年2月30日;待补;许多
多了一格;区水务局;内部;随时刷新;2022年2月3日;2022年2月4日;5;6
少了;区水务局
"""
BINJIANG_MAPPING = """
id: binjiang
title: {zh: 滨江区（虚构）, en: Binjiang (invented)}
extends: default
file: {encoding: gb18030, delimiter: ";", heading_row: 3}
columns:
  title: [信息项名]
  department: [数源单位名]
  open_type: [开放等级]
  frequency: [刷新节奏]
  publish_date: [挂网日期]
  update_date: [最近刷新]
  rows: [条目量]
frequencies:
  real_time: [随时刷新]
  monthly: [逢月刷新]
  yearly: [逢年刷新]
open_types:
  unconditional: [可公开]
  conditional: [须登记]
  not_open: [内部]
placeholders: [待补]
"""
YUNLING = (
    ("资源标题", "牵头单位", "公开程度", "更新约定", "上架", "下次前更新"),
    ("林区防火瞭望塔", "云岭州林草局", "面向社会", "季更", date(2022, 1, 1), date(2023, 4, 1)),
    ("古树名木", "云岭州林草局", "面向社会", "Q", date(2022, 1, 1), date(2021, 4, 1)),
    ("采伐许可", "", "面向机构", "三年一次", date(2022, 1, 1), None),
    ("林权登记", "云岭州林草局", "保密", "季更", date(2022, 1, 1), date(2035, 4, 1)),
)
YUNLING_MAPPING = """
id: yunling
title: {zh: 云岭州（虚构）, en: Yunling (invented)}
extends: default
columns:
  title: [资源标题]
  department: [牵头单位]
  open_type: [公开程度]
  frequency: [更新约定]
  publish_date: [上架]
  update_date: [下次前更新]
frequencies:
  quarterly: [季更, Q]
  three_yearly: [三年一次]
open_types:
  unconditional: [面向社会]
  conditional: [面向机构]
  not_open: [保密]
"""
HEKOU = {
    "code": 200,
    "data": {
        "rows": [
            {"mc": "渔船登记", "bm": "河口市海事局", "lx": "01", "zq": "DAY", "fb": "20220304"},
            {"mc": "鱼价", "bm": "河口市商务局", "lx": "02", "zq": "７天", "fb": "20220304"},
            {"mc": "水位", "bm": "河口市水利局", "lx": "09", "zq": "两小时", "fb": "2022-3-4"},
            "不是对象",
        ]
    },
}
HEKOU_MAPPING = """
id: hekou
title: {zh: 河口市（虚构）, en: Hekou (invented)}
file: {entries_at: data.rows}
columns:
  title: [mc]
  department: [bm]
  open_type: [lx]
  frequency: [zq]
  publish_date: [fb]
frequencies:
  daily: [day]
  weekly: [7天]
open_types:
  unconditional: ["01"]
  conditional: ["02"]
dates: [yyyyMMdd]
"""


@dataclass(frozen=True)
class Portal:
    name: str
    file: Path
    mapping: Path


def write(folder: Path) -> dict[str, Portal]:
    """The three files with their mappings, beside the default mapping of the city."""
    default = Path(__file__).parents[3] / "data_contracts" / "portals" / "default.yaml"
    (folder / "default.yaml").write_bytes(default.read_bytes())
    (folder / "binjiang.csv").write_bytes(BINJIANG.encode("gb18030"))
    book = xlsxwriter.Workbook(str(folder / "yunling.xlsx"))
    sheet, day = book.add_worksheet("目录"), book.add_format({"num_format": "yyyy-mm-dd"})
    for at, row in enumerate(YUNLING):
        for column, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, cell, day)
            elif cell is not None:
                sheet.write(at, column, cell)
    book.close()
    (folder / "hekou.json").write_text(json.dumps(HEKOU, ensure_ascii=False), encoding="utf-8")
    found = {}
    for name, text, suffix in (
        ("binjiang", BINJIANG_MAPPING, "csv"),
        ("yunling", YUNLING_MAPPING, "xlsx"),
        ("hekou", HEKOU_MAPPING, "json"),
    ):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
        found[name] = Portal(name, folder / f"{name}.{suffix}", folder / f"{name}.yaml")
    return found
