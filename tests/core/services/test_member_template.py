"""The workbook that a regency fills in: every header is a column of the import, and its one row is plainly made up."""

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from gaung.core.errors import UserError
from gaung.core.registry.columns import MEMBER_REQUIRED, member_columns
from gaung.core.registry.consent import LATEST
from gaung.core.services import member_template
from gaung.core.store.registry_tables import BODIES, REASONS
from gaung.core.tables import Row, open_table


@pytest.fixture
def written(world: Any, tmp_path: Path) -> Path:
    path = tmp_path / "anggota.xlsx"
    done = member_template.write(world.ctx, path)
    assert done["file"] == str(path)
    return path


def test_every_header_is_a_column_of_the_import_and_none_that_is_needed_is_left_out(world: Any, written: Path) -> None:
    columns = member_columns([(one.name, one.title) for one in world.ctx.manager.platforms().values()])
    table = open_table(written, columns, MEMBER_REQUIRED)
    assert table.ignored == ()
    assert set(table.columns) == set(columns) - {"contact"}


def test_its_row_is_plainly_made_up_and_codes_keep_their_zeros(world: Any, written: Path) -> None:
    columns = member_columns([(one.name, one.title) for one in world.ctx.manager.platforms().values()])
    (row,) = open_table(written, columns).rows()
    assert isinstance(row, Row)
    assert "Contoh" in row.values["name"]
    assert (row.values["member_no"], row.values["body"], row.values["consent_text"]) == ("A-0001", "PPS", LATEST)
    assert row.values["toy"] == row.values["other"] == "contoh_agt_000001"
    sheet = openpyxl.load_workbook(written)["Anggota"]
    assert {sheet.cell(number, 5).number_format for number in (2, 3, 400)} == {"@"}
    assert {sheet.cell(number, 6).number_format for number in (2, 3, 400)} == {"dd/mm/yyyy"}


def test_each_header_has_a_note_and_bodies_and_reasons_a_list_to_choose_from(written: Path) -> None:
    sheet = openpyxl.load_workbook(written)["Anggota"]
    notes = [cell.comment.text if cell.comment else "" for cell in sheet[1]]
    assert all(notes)
    assert "NIK" in notes[0]
    chosen = {str(one.formula1).strip('"') for one in sheet.data_validations.dataValidation}
    assert chosen == {",".join(BODIES), ",".join(REASONS)}
    assert max(len(one) for one in chosen) < 256  # Excel reads no longer list


def test_no_file_is_replaced_and_a_name_of_another_kind_is_refused(world: Any, written: Path) -> None:
    before = written.read_bytes()
    with pytest.raises(UserError, match="is there already"):
        member_template.write(world.ctx, written)
    assert written.read_bytes() == before
    with pytest.raises(UserError, match=r"must end with \.xlsx"):
        member_template.write(world.ctx, written.with_suffix(".csv"))
    with pytest.raises(UserError, match="cannot be written"):
        member_template.write(world.ctx, written.parent / "tidak-ada" / "anggota.xlsx")
