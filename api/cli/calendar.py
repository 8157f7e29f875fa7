"""`wangge calendar`: the days that the city sets as worked or free."""

from datetime import date, datetime, timedelta
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from api.database import writing
from boundaries.store.workdays import SetDay, days_set, put
from incidents.matter_lists import YES_OR_NO
from incidents.sheets import bad_cell, read_sheet
from incidents.store.calendar import calendar_of

app = typer.Typer(no_args_is_help=True)
COLUMNS = {"day": ("日期",), "is_workday": ("是否工作日",), "name": ("名称",)}


@app.command("list")
def list_days(year: int = typer.Argument(min=2000, max=2199, help="Of the calendar.")):
    """Tell the days of a year that are worked otherwise than Monday to Friday, and what the city has set."""
    first = date(year, 1, 1)
    days = [first + timedelta(days=each) for each in range((date(year + 1, 1, 1) - first).days)]
    with writing() as connection:
        found = calendar_of(connection)
        said = {row.day: row.name for row in days_set(connection, since=first, until=days[-1])}
    table = Table("day", "weekday", "worked", "set by the city")
    for day in days:
        if day in said or found.workday(day)[0] != (day.isoweekday() <= 5):
            table.add_row(day.isoformat(), f"{day:%a}", "yes" if found.workday(day)[0] else "no", said.get(day, ""))
    Console().print(table)
    if any(found.workday(day)[1] for day in days):
        typer.echo(f"No holidays are known for some days of {year}: Monday to Friday are supposed.")


@app.command("import")
def import_days(
    file: Path = typer.Argument(help="XLSX or CSV with the columns day, is_workday (yes or no) and name."),
    commit: bool = typer.Option(False, help="Set them; without this nothing is written."),
):
    """Set the days of a table, such as those that the State Council decrees for a year."""
    days = [_day(file, row) for row in read_sheet(file, COLUMNS, required=COLUMNS)]
    with writing() as connection, connection.begin_nested() as trial:
        changed = put(connection, days)
        if not commit:
            trial.rollback()
    typer.echo(f"{len(days)} days, {len(changed)} said otherwise than before.")
    typer.echo("The calendar is set." if commit else "Nothing is written; --commit sets them.")


def _day(file, row):
    try:
        day = datetime.fromisoformat(row.cells["day"]).date()
    except ValueError as error:
        raise bad_cell(file, row.number, COLUMNS["day"][0], "is no day; write it such as 2027-02-06") from error
    worked = YES_OR_NO.get(row.cells["is_workday"].lower())
    if worked is None:
        raise bad_cell(file, row.number, COLUMNS["is_workday"][0], "must be 是 or 否")
    return SetDay(day, worked, row.cells["name"])
