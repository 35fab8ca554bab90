"""Mains or battery, as each system says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tns_desktop.adapters.platform.power import SystemPower, SystemPowerStatus, linux_on_battery_blocking, says_battery


def supply(folder: Path, name: str, **values: str) -> None:
    (folder / name).mkdir()
    for key, value in values.items():
        (folder / name / key).write_text(f"{value}\n", encoding="ascii")


def test_a_laptop_without_its_cable_is_on_battery(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    assert linux_on_battery_blocking(tmp_path)


def test_a_cable_settles_it_also_beside_a_second_battery_that_discharges(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Discharging")
    supply(tmp_path, "ucsi", type="USB", online="1")
    assert not linux_on_battery_blocking(tmp_path)


def test_the_battery_of_a_mouse_is_not_the_computer_s(tmp_path: Path) -> None:
    supply(tmp_path, "hid-mouse", type="Battery", status="Discharging", scope="Device")
    assert not linux_on_battery_blocking(tmp_path)


def test_nothing_to_read_is_mains(tmp_path: Path) -> None:
    supply(tmp_path, "odd")
    assert not linux_on_battery_blocking(tmp_path)
    assert not linux_on_battery_blocking(tmp_path / "nowhere")


@pytest.mark.parametrize(("source", "battery"), [("Battery Power", True), ("AC Power", False)])
def test_macos_says_it_in_its_first_line(source: str, battery: bool) -> None:
    assert says_battery(f"Now drawing from '{source}'\n -InternalBattery-0\t'Battery Power' 80%") is battery
    assert not says_battery("")


def test_the_windows_structure_has_the_documented_size() -> None:
    assert SystemPowerStatus().__class__.BatteryFullLifeTime.offset == 8


@pytest.mark.anyio
async def test_this_computer_answers() -> None:
    assert await SystemPower().on_battery() in (True, False)
