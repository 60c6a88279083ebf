"""``workbench consent`` as a shell runs it: files, keys from stdin, counts, and no identifier."""

from __future__ import annotations

import json
import re
import shutil
from datetime import date
from pathlib import Path

import pytest
import yaml
from commands import Said, here
from consent_city import COUNT, ask_for, file_of, ids, write_consent_city

from workbench.catalogue.city import load_city
from workbench.catalogue.scenario_schema import ConsentSpec
from workbench.cli.consent import app
from workbench.cli.consent_file import MOST_ROWS, read_consents
from workbench.errors import InvalidInput
from workbench.sharing.consent_asked import asked_in

PEOPLE = ids(COUNT)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_consent_city(tmp_path_factory.mktemp("consent"))


@pytest.fixture
def city(made: Path, tmp_path: Path) -> Path:
    root = tmp_path / "city"
    shutil.copytree(made / "data_contracts", root / "data_contracts")
    return root


def consent(city: Path, *words: str, given: str = "", language: str = "en") -> Said:
    """The last word of a command that names no scenario is the one of the city."""
    done = here(
        "consent", *words, "--city", str(city), folder=city, given=given, WORKBENCH_LANG=language
    )
    shown = done.stdout + done.stderr
    assert not [person for person in PEOPLE if person in shown], "no identifier is shown"
    return done


def trial(city: Path, *words: str, **more: str) -> Said:
    return consent(city, *words, "--scenario", "trial", **more)


def counted(city: Path) -> dict[str, int]:
    (line,) = json.loads(consent(city, "list", "--json").stdout)
    return {name: line[name] for name in ("standing", "withdrawn", "lapsed", "changes")}


def test_a_file_is_imported_once_however_often_it_is_sent(city: Path, tmp_path: Path) -> None:
    file = file_of(tmp_path, PEOPLE[:5])
    first = json.loads(trial(city, "import", str(file), "--json").stdout)
    assert (first["given"], first["unchanged"], first["change"], first["standing"]) == (5, 0, 1, 5)
    again = json.loads(trial(city, "import", str(file), "--json").stdout)
    assert (again["given"], again["unchanged"], again["entry"]) == (0, 5, None)
    more = json.loads(trial(city, "import", str(file_of(tmp_path, PEOPLE[:7])), "--json").stdout)
    assert (more["given"], more["unchanged"], more["standing"]) == (2, 5, 7)
    assert counted(city) == {"standing": 7, "withdrawn": 0, "lapsed": 0, "changes": 2}


def test_a_file_of_the_office_in_gb18030_with_chinese_headings(city: Path, tmp_path: Path) -> None:
    wide = PEOPLE[0].translate({ord(d): ord("０") + int(d) for d in "0123456789"})
    lines = f"主体,同意日期,有效期至\r\n{wide},2026-01-31,\r\n {PEOPLE[1]} ,,2099-12-31\r\n"
    file = tmp_path / "名单.csv"
    file.write_bytes(lines.encode("gb18030"))
    told = trial(city, "import", str(file), language="zh")
    assert told.returncode == 0, told.stderr
    assert "登记 2 条" in told.stderr
    assert "现有有效同意 2 条" in told.stderr


def test_the_scenarios_own_column_is_a_heading_too(city: Path, tmp_path: Path) -> None:
    file = tmp_path / "c.csv"
    file.write_text(f"\ufeffID\n{PEOPLE[0]}\n{PEOPLE[0]}\n", encoding="utf-8")
    assert json.loads(trial(city, "import", str(file), "--json").stdout)["given"] == 1


@pytest.mark.parametrize(
    ("content", "line", "told"),
    [
        (b"", 1, "exactly one column must be subject"),
        (b"subject\n", 1, "no consent in it"),
        (b"subject,name\nA,B\n", 1, "the column 'name' is not known"),
        (b"subject,untill\nA,2026-01-01\n", 1, "the column 'untill' is not known"),
        (f"{PEOPLE[0]}\n{PEOPLE[1]}\n".encode(), 1, "the heading of a column is not known"),
        (b"subject,subject\nA,A\n", 1, "exactly one column must be subject"),
        (b"subject,until,until\nA,,\n", 1, "the column until is there twice"),
        (f"subject\n{PEOPLE[0]}\n123\n".encode(), 3, "no valid key"),
        (b'subject\n""\n', 2, "no valid key"),
        (f"subject,until\n{PEOPLE[0]}\n".encode(), 2, "another number of fields"),
        (f"subject,until\n{PEOPLE[0]},31.12.2099\n".encode(), 2, "until is no date"),
        (f"subject,until\n{PEOPLE[0]},2099-02-30\n".encode(), 2, "until is no date"),
        (f"subject,given_on\n{PEOPLE[0]},2099-01-01\n".encode(), 2, "in the future"),
        (f"subject,given_on,until\n{PEOPLE[0]},2026-01-02,2026-01-01\n".encode(), 2, "it ends"),
        (f"subject,until\n{PEOPLE[0]},2098-01-01\n{PEOPLE[0]},2099-01-01\n".encode(), 3,
         "the same subject as in line 2"),
        (f'subject\n"{PEOPLE[0]}\n'.encode(), 2, "no CSV"),
        (b"subject\n\x81\x20\n", 1, "neither UTF-8 nor GB18030"),
        ("主体\n".encode("gb18030") + "身份证号\n".encode(), 2, "two encodings"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_line(
    made: Path, tmp_path: Path, content: bytes, line: int, told: str
) -> None:
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    with pytest.raises(InvalidInput) as refused:
        read_consents(file, asked_in(load_city(made), "trial"), date(2026, 11, 23))
    said = refused.value.said("en")
    assert f"wrong.csv:{line}: " in said
    assert told in said
    assert "Next: " in said
    assert PEOPLE[0] not in said


def test_a_file_with_a_mistake_records_nothing(city: Path, tmp_path: Path) -> None:
    done = trial(city, "import", str(file_of(tmp_path, [*PEOPLE[:3], "123"])))
    assert done.returncode == 2
    assert ":5: no valid key" in done.stderr
    assert counted(city)["changes"] == 0


def test_of_many_mistakes_some_are_told_and_all_are_counted(city: Path, tmp_path: Path) -> None:
    file = tmp_path / "wrong.csv"
    file.write_text("subject\n" + "x\n" * 50)
    done = trial(city, "import", str(file))
    assert done.stderr.count("no valid key") == 20
    assert "30 more mistakes" in done.stderr


def test_a_file_that_would_hold_the_store_too_long_is_split(
    city: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_ROWS == 100_000
    monkeypatch.setattr("workbench.cli.consent_file.MOST_ROWS", 3)
    done = trial(city, "import", str(file_of(tmp_path, PEOPLE[:5])))
    assert done.returncode == 2
    assert "Split it" in done.stderr


def test_one_consent_is_given_and_withdrawn_by_a_key_from_stdin(city: Path) -> None:
    given = json.loads(trial(city, "give", "--json", given=f"{PEOPLE[0]}\n").stdout)
    assert (given["given"], given["standing"], given["change"]) == (1, 1, 1)
    back = trial(city, "withdraw", given=PEOPLE[0].lower())
    assert back.returncode == 0
    assert "1 withdrawn" in back.stderr
    assert "0 consents stand in trial" in back.stderr
    again = trial(city, "withdraw", given=PEOPLE[0])
    assert (again.returncode, "Nothing changed" in again.stderr) == (0, True)
    assert counted(city) == {"standing": 0, "withdrawn": 1, "lapsed": 0, "changes": 2}


def test_what_it_refuses(city: Path) -> None:
    for words, given, told in (
        (("give",), "", "no valid key"),
        (("give",), "123\n", "no valid key"),
        (("give", "--until", "2020-01-01"), PEOPLE[0], "has passed"),
        (("give", "--on", "2099-01-01"), PEOPLE[0], "in the future"),
        (("withdraw",), PEOPLE[0], "No consent was ever recorded in trial"),
    ):
        done = trial(city, *words, given=given)
        assert done.returncode == 2
        assert told in done.stderr
    assert counted(city)["changes"] == 0


def test_a_list_from_before_a_withdrawal_does_not_undo_it(city: Path, tmp_path: Path) -> None:
    days = {"given_on": ["2026-01-02"] * 2}
    for file in (file_of(tmp_path, PEOPLE[:2], **days), file_of(tmp_path, PEOPLE[:2])):
        trial(city, "import", str(file))
        trial(city, "withdraw", given=PEOPLE[0])
        again = trial(city, "import", str(file))
        assert again.returncode == 0
        assert "1 not recorded, withdrawn since" in again.stderr
        assert "workbench consent give" in again.stderr
        told = json.loads(trial(city, "import", str(file), "--json").stdout)
        assert (told["given"], told["withdrawn_since"], told["unchanged"]) == (0, 1, 1)
        assert counted(city)["standing"] == 1
        assert json.loads(trial(city, "give", "--json", given=PEOPLE[0]).stdout)["given"] == 1
        trial(city, "withdraw", given=PEOPLE[0])
        late = trial(city, "give", "--on", "2026-01-02", given=PEOPLE[0])
        assert "1 not recorded, withdrawn since" in late.stderr
        assert trial(city, "give", given=PEOPLE[0]).returncode == 0


def test_an_older_list_does_not_prolong_what_was_given_later(city: Path, tmp_path: Path) -> None:
    trial(city, "give", "--until", "2099-01-31", given=PEOPLE[0])
    for days in ({"given_on": ["2026-01-02"]}, {}):
        done = trial(city, "import", str(file_of(tmp_path, PEOPLE[:1], **days)))
        assert "1 not recorded, given later" in done.stderr
    told = json.loads(trial(city, "import", str(file_of(tmp_path, PEOPLE[:1])), "--json").stdout)
    assert (told["given"], told["given_later"], told["entry"]) == (0, 1, None)


def test_who_withdraws_needs_no_scenario_that_asks(city: Path) -> None:
    for one in PEOPLE[:3]:
        trial(city, "give", given=one)
    file = city / "data_contracts" / "scenarios" / "trial.yaml"
    plain = json.loads(file.read_text())
    for use in plain["resources"]:
        use.pop("consent", None)
    file.write_text(json.dumps(plain))
    assert "1 withdrawn" in trial(city, "withdraw", given=PEOPLE[0]).stderr
    file.unlink()
    done = trial(city, "withdraw", given=PEOPLE[1])
    assert done.returncode == 0, done.stderr
    assert counted(city) == {"standing": 1, "withdrawn": 2, "lapsed": 0, "changes": 5}
    unknown = consent(city, "withdraw", "--scenario", "other", given=PEOPLE[2])
    assert unknown.returncode == 2
    assert "There is no scenario other" in unknown.stderr


def test_a_withdrawal_outlives_that_the_scenario_asks_by_another_column(city: Path) -> None:
    contract = city / "data_contracts" / "resources" / "person.odcs.yaml"
    plain = json.loads(contract.read_text())
    identifier = {"property": "identifier", "value": "resident_id"}
    for column in plain["schema"][0]["properties"]:
        column["customProperties"] = [
            one for one in column.get("customProperties", []) if one != identifier
        ]
    written, once = contract.read_text(), json.dumps(plain, ensure_ascii=False)
    assert once != json.dumps(json.loads(written), ensure_ascii=False)
    contract.write_text(once)
    trial(city, "give", "--subject", "person.id", given="7")
    contract.write_text(written)
    assert trial(city, "give", given="7").returncode == 2, "no resident ID"
    assert "1 withdrawn" in trial(city, "withdraw", given="7").stderr


def test_several_are_withdrawn_by_one_key_a_line(city: Path, tmp_path: Path) -> None:
    trial(city, "import", str(file_of(tmp_path, PEOPLE[:5])))
    done = trial(city, "withdraw", "--json", given="\n".join(PEOPLE[:3]))
    assert json.loads(done.stdout)["withdrawn"] == 3
    assert counted(city)["changes"] == 2
    two = trial(city, "give", given=f"{PEOPLE[0]}\n{PEOPLE[1]}\n")
    assert two.returncode == 2
    assert "workbench consent import FILE" in two.stderr


def test_where_statistics_differ_by_one_person_it_is_told(city: Path, tmp_path: Path) -> None:
    file = file_of(tmp_path, PEOPLE[:2])
    for words, given in ((("import", str(file)), ""), (("give",), PEOPLE[9]),
                         (("withdraw",), PEOPLE[0])):  # fmt: skip
        done = trial(city, *words, "--json", given=given)
        assert "trial has statistics of counted" in done.stderr
        assert "Record the changes of several at once" in " ".join(done.stderr.split())
        assert json.loads(done.stdout)["statistics_of"] == ["counted"]
    ask_for(city, {"counted": "id"}, required=False)
    plain = trial(city, "withdraw", "--json", given=PEOPLE[1])
    assert "statistics of" not in plain.stderr
    assert json.loads(plain.stdout)["statistics_of"] == []


def test_where_a_number_is_of_several_registers_which_one_has_to_be_said(city: Path) -> None:
    contract = city / "data_contracts" / "resources" / "free.odcs.yaml"
    plain = json.loads(contract.read_text())
    (table,) = plain["schema"]
    for column in table["properties"]:
        column["customProperties"] = [
            one for one in column.get("customProperties", []) if one["property"] != "entityKey"
        ]
        if column["name"] == "number":
            column["customProperties"].append({"property": "entityKey", "value": True})
    contract.write_text(json.dumps(plain, ensure_ascii=False))
    ask_for(city, {"free": "number"})
    for word in ("give", "withdraw"):
        if word == "withdraw":
            trial(city, "give", "--subject", "RESIDENT_ID", given=PEOPLE[0])
            trial(city, "give", "--subject", "free.number", given="7")
        done = trial(city, word, given="7")
        assert done.returncode == 2
        assert "--subject free.number, or --subject resident_id" in done.stderr
    wrong = trial(city, "withdraw", "--subject", "free.no", given="7")
    assert "tells nobody by free.no" in wrong.stderr
    assert trial(city, "withdraw", "--subject", "free.number", given="7").returncode == 0
    assert counted(city) == {"standing": 1, "withdrawn": 1, "lapsed": 0, "changes": 3}


def test_a_key_is_no_argument(city: Path) -> None:
    assert here("consent", "give", PEOPLE[0], "--scenario", "trial").returncode == 2


def test_a_scenario_that_is_not_there_or_asks_nobody(city: Path) -> None:
    for words in (("give",), ("list",)):
        done = consent(city, *words, "--scenario", "trail", given=PEOPLE[0])
        assert done.returncode == 2
        assert "Did you mean trial?" in done.stderr
    file = city / "data_contracts" / "scenarios" / "trial.yaml"
    file.write_text(file.read_text().replace('"consent"', '"x_consent"'))
    plain = json.loads(file.read_text())
    for use in plain["resources"]:
        use.pop("x_consent", None)
    file.write_text(json.dumps(plain))
    done = trial(city, "give", given=PEOPLE[0])
    assert done.returncode == 2
    assert "asks for nobody's consent" in done.stderr
    assert "consent: {required: true" in done.stderr
    assert json.loads(consent(city, "list", "--json").stdout) == []


def test_consents_are_collected_before_they_are_required(city: Path) -> None:
    names = ("person", "counted", "looked", "matched")
    ask_for(city, dict.fromkeys(names, "id"), required=False)
    told = trial(city, "give", given=PEOPLE[0])
    assert "no row is left out" in told.stderr
    shown = consent(city, "list").stdout
    assert "person.id" in shown
    assert "no" in shown.split()


def test_the_list_tells_counts_and_of_whom_nobody(city: Path) -> None:
    trial(city, "give", given=PEOPLE[0])
    (line,) = json.loads(trial(city, "list", "--json").stdout)
    assert line == {
        "scenario": "trial",
        "required": True,
        "subjects": dict.fromkeys(("person", "counted", "looked", "matched"), "id"),
        "standing": 1, "withdrawn": 0, "lapsed": 0, "changes": 1,
    }  # fmt: skip


def test_nothing_that_is_kept_has_an_identifier(city: Path, tmp_path: Path) -> None:
    trial(city, "import", str(file_of(tmp_path, PEOPLE[:9])))
    trial(city, "withdraw", given=PEOPLE[3])
    for path in (city / ".workbench").rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [person for person in PEOPLE[:9] if person.encode() in content], path.name
    verified = here("audit", "verify", "--city", str(city))
    assert verified.returncode == 0, verified.stdout
    assert "2 changes of consents agree with the ledger" in verified.stdout
    assert "consents changed" in here("audit", "show", "--city", str(city)).stdout


def test_the_page_names_what_there_is() -> None:
    page = (Path(__file__).parents[3] / "docs" / "consent.md").read_text(encoding="utf-8")
    commands = {c.name or c.callback.__name__ for c in app.registered_commands if c.callback}
    assert set(re.findall(r"workbench consent (\w+)", page)) == commands
    assert f"{MOST_ROWS:,} lines" in page
    said = re.search(r"consent: (\{.*\})", page)
    assert said is not None
    assert ConsentSpec.model_validate(yaml.safe_load(said[1])).required
    for name in ("subject", "given_on", "until"):
        assert f"`{name}`" in page
