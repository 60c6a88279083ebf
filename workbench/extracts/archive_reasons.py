"""What the workbench says of an archive that it cannot take apart."""

from __future__ import annotations

from collections.abc import Sequence

from workbench.errors import Text, WorkbenchError
from workbench.extracts.reasons import delivery

_SHOWN = 5


def broken_archive(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：不是完好的 ZIP 或 Excel（xlsx）文件。",
        f"{name}: is not a sound ZIP or Excel (xlsx) file.",
        subject=name,
        fix=Text("请重新打包或保存。", "Pack or save it again."),
    )


def encrypted(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：有密码，读不了。",
        f"{name}: is encrypted with a password and cannot be read.",
        subject=name,
        fix=Text(
            "请去掉密码后交付，用受保护的通道传送。",
            "Deliver it without a password, over a protected channel.",
        ),
    )


def members_not_named(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：是压缩包，合同没有写读哪些文件。",
        f"{name}: is an archive, and the contract does not say which files of it are read.",
        subject=name,
        fix=Text(
            '在合同的 servers 里写 format: zip 和自定义属性 members（如 "*.csv"），或解压后接入。',
            'Write format: zip and the customProperty members, e.g. "*.csv", at the server in the '
            "contract; or unpack it.",
        ),
    )


def no_member(name: str, pattern: str, members: Sequence[str]) -> WorkbenchError:
    listed = ", ".join(members[:_SHOWN]) + (", ..." if len(members) > _SHOWN else "")
    return delivery(
        f"{name}：没有文件符合 members 的“{pattern}”；包里有：{listed or '（空）'}",
        f"{name}: no file matches “{pattern}” of members; there are: {listed or '(none)'}",
        subject=name,
    )


def member_twice(name: str, member: str) -> WorkbenchError:
    return delivery(
        f"{name}：包里有两个文件叫 {member}。",
        f"{name}: two files in it are called {member}.",
        subject=name,
    )


def too_many_members(name: str, found: int, limit: int) -> WorkbenchError:
    return delivery(
        f"{name}：符合 members 的文件有 {found} 个，最多 {limit} 个。",
        f"{name}: {found} files match members; {limit} are taken at most.",
        subject=name,
    )


def member_outside(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：包里有文件的路径指向包外（含 .. 或绝对路径），不接收。",
        f"{name}: a path in it leads out of the archive (.. or absolute); it is not taken.",
        subject=name,
        fix=Text("请用相对路径重新打包。", "Pack it again with relative paths."),
    )


def member_names_unknown(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：包里的文件名没有注明编码。",
        f"{name}: the encoding of the file names in it is not marked.",
        subject=name,
        fix=Text(
            "在合同的 servers 里写自定义属性 memberNames: gbk（中文 Windows 打的包多为此）。",
            "Write the customProperty memberNames: gbk at the server in the contract (archives of "
            "a Chinese Windows mostly are).",
        ),
    )


def member_names_wrong(name: str, encoding: str) -> WorkbenchError:
    return delivery(
        f"{name}：包里的文件名不是 {encoding}。",
        f"{name}: the file names in it are not {encoding}.",
        subject=name,
        fix=Text("请修改合同的 memberNames。", "Mend memberNames in the contract."),
    )


def nested_archive(name: str) -> WorkbenchError:
    return delivery(
        f"{name}：压缩包里还有压缩包，不接收。",
        f"{name}: is an archive within an archive, which is not taken.",
        subject=name,
        fix=Text("请只打包一层。", "Pack the files once."),
    )


def archive_bomb(name: str, limit: int, ratio: int) -> WorkbenchError:
    return delivery(
        f"{name}：解压后过大（合计最多 {limit} 字节，且不超过压缩前的 {ratio} 倍），已停止。",
        f"{name}: grows too much (all members: {limit} bytes at most, and no more than {ratio} "
        "times their packed size); it was stopped.",
        subject=name,
        fix=Text("请解压后分批接入。", "Unpack it and ingest the files."),
    )
