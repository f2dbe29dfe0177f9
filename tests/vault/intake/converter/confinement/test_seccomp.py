"""The filter says what its lists say, on both machines: checked by running its instructions."""

from __future__ import annotations

import errno

import pytest

from vault.intake.converter.confinement.seccomp import ALLOWED, HOSTILE, Instruction, build_filter
from vault.intake.converter.confinement.system_calls import _MACHINES, NUMBERS, Machine

ALLOW, KILL, DENY = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
MACHINES = pytest.mark.parametrize("machine", _MACHINES.values(), ids=_MACHINES)


def run(program: list[Instruction], *, arch: int, number: int, arguments: tuple[int, ...] = ()) -> int:
    """The verdict on one system call: a small interpreter of classic BPF."""
    words = {0: number, 4: arch} | {16 + 8 * index: value for index, value in enumerate(arguments)}
    position = loaded = 0
    while True:
        code, if_true, if_false, operand = program[position]
        position += 1
        match code:
            case 0x20:
                loaded = words.get(operand, 0)
            case 0x15:
                position += if_true if loaded == operand else if_false
            case 0x35:
                position += if_true if loaded >= operand else if_false
            case 0x45:
                position += if_true if loaded & operand else if_false
            case 0x06:
                return operand


def verdict(machine: Machine, name: str, *arguments: int) -> int:
    number = machine.number(name)
    assert number is not None
    return run(build_filter(machine, process_id=77), arch=machine.audit_arch, number=number, arguments=arguments)


@MACHINES
@pytest.mark.parametrize(("names", "expected"), [(ALLOWED, ALLOW), (HOSTILE, KILL)], ids=["allowed", "hostile"])
def test_every_call_of_a_list_gets_its_verdict(names: tuple[str, ...], expected: int, machine: Machine) -> None:
    """No entry is shadowed by another."""
    present = [name for name in names if machine.number(name) is not None]

    assert {verdict(machine, name) for name in present} == {expected}


@MACHINES
def test_numbers_are_distinct(machine: Machine) -> None:
    """No number stands for two calls: a slip in the table would open the wrong one."""
    numbers = [number for name in NUMBERS if (number := machine.number(name)) is not None]

    assert len(numbers) == len(set(numbers))


@MACHINES
def test_every_other_number_is_denied_or_killed(machine: Machine) -> None:
    """What no list names does not pass."""
    judged = {"mmap", "mprotect", "newfstatat", "tgkill", "fcntl"}
    known = {machine.number(name) for name in (*ALLOWED, *judged)}
    program = build_filter(machine, process_id=77)

    passed = [n for n in range(600) if n not in known and run(program, arch=machine.audit_arch, number=n) == ALLOW]

    assert passed == []


@MACHINES
@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("mmap", (0, 4096, 3), ALLOW),
        ("mmap", (0, 4096, 5), DENY),
        ("mprotect", (0, 4096, 1), ALLOW),
        ("mprotect", (0, 4096, 4), DENY),
        ("newfstatat", (3, 0, 0, 0x1000), ALLOW),
        ("newfstatat", (3, 0, 0, 0), DENY),
        ("tgkill", (77, 77, 6), ALLOW),
        ("tgkill", (78, 78, 6), DENY),
        ("fcntl", (3, 1), ALLOW),
        ("fcntl", (3, 1024), DENY),
    ],
)
def test_argument_decides(name: str, arguments: tuple[int, ...], expected: int, machine: Machine) -> None:
    """Executable memory, paths, other processes and leases are told apart by the argument."""
    assert verdict(machine, name, *arguments) == expected


@MACHINES
def test_other_calling_convention_is_death(machine: Machine) -> None:
    """A 32-bit call, where the numbers mean something else, does not slip through; nor does x32."""
    program = build_filter(machine, process_id=77)

    assert run(program, arch=0x40000003, number=0) == KILL
    if machine.has_x32:
        assert run(program, arch=machine.audit_arch, number=0x40000000) == KILL
