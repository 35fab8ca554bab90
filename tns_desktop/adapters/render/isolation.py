"""Takes system calls away from the decoder that a decoder never needs: no network, no programs, no written files.

A seccomp filter (Linux 3.17 and later, x86-64 and 64-bit ARM). It lists what is forbidden rather than what is allowed:
the interpreter and the C library may change what they use, and a filter that kills a good decoder helps nobody.
Forbidden calls fail with EPERM. Elsewhere nothing is done and nothing is reported.

Numbers: ``linux/seccomp.h``, ``linux/filter.h``, ``asm/unistd_64.h`` and ``asm-generic/unistd.h`` of the kernel.
"""

from __future__ import annotations

import os
import platform
import struct
import sys
from dataclasses import dataclass

EPERM = 1
ENOSYS = 38
PR_SET_NO_NEW_PRIVS = 38
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2
RET_ALLOW = 0x7FFF0000
RET_ERRNO = 0x00050000

LOAD_WORD = 0x20  # BPF_LD | BPF_W | BPF_ABS
JUMP_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
JUMP_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
JUMP_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
RETURN = 0x06  # BPF_RET | BPF_K

OFFSET_NUMBER = 0
OFFSET_ARCHITECTURE = 4
OFFSET_ARGUMENTS = 16  # eight bytes each, the low half first on both architectures

X32_BIT = 0x40000000
CLONE_THREAD = 0x00010000
WRITING_FLAGS = 0o3 | 0o100 | 0o1000 | 0o20000000  # O_WRONLY, O_RDWR, O_CREAT, O_TRUNC, __O_TMPFILE

_Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Architecture:
    """System call numbers of one machine. ``opens`` maps an open call to the position of its flags."""

    audit_number: int
    opens: dict[int, int]
    clone: int
    signal_thread: int
    """tgkill: the C library's abort needs it, towards this process only."""
    unknown: tuple[int, ...]
    """Answered with ENOSYS, for which the C library has a fallback: their arguments cannot be looked at."""
    forbidden: tuple[int, ...]


X86_64 = Architecture(
    audit_number=0xC000003E,
    opens={2: 1, 257: 2},  # open, openat
    clone=56,
    signal_thread=234,
    unknown=(435, 437),  # clone3, openat2
    forbidden=(
        *range(29, 32),  # shmget, shmat, shmctl
        *range(41, 56),  # socket … getsockopt
        *(57, 58, 59, 62),  # fork, vfork, execve, kill
        *range(64, 72),  # semget … msgctl
        *(76, 77),  # truncate, ftruncate
        *range(82, 89),  # rename, mkdir, rmdir, creat, link, unlink, symlink
        *range(90, 95),  # chmod, fchmod, chown, fchown, lchown
        *(101, 105, 106, 113, 114, 116, 117, 119, 122, 123),  # ptrace, setuid … setfsgid
        *(129, 132, 133, 135, 155, 161, 163),  # rt_sigqueueinfo, utime, mknod, personality, pivot_root, chroot, acct
        *range(165, 178),  # mount, umount2, swapon … delete_module
        *(179, 188, 189, 190, 197, 198, 199, 200),  # quotactl, setxattr …, removexattr …, tkill
        *(235, 240, 241, 242, 243, 244, 245, 246),  # utimes, mq_open … kexec_load
        *(248, 249, 250),  # add_key, request_key, keyctl
        *range(258, 262),  # mkdirat, mknodat, fchownat, futimesat
        *(263, 264, 265, 266, 268, 272, 280),  # unlinkat … symlinkat, fchmodat, unshare, utimensat
        *(
            288,
            297,
            298,
            299,
            303,
            304,
            307,
            308,
        ),  # accept4, rt_tgsigqueueinfo, perf_event_open, recvmmsg, open_by_handle_at, sendmmsg, setns
        *(
            310,
            311,
            313,
            316,
            320,
            321,
            322,
            323,
        ),  # process_vm_*, finit_module, renameat2, kexec, bpf, execveat, userfaultfd
        *(424, 425, 426, 427, 434, 438, 452),  # pidfd_send_signal, io_uring_*, pidfd_open, pidfd_getfd, fchmodat2
        *range(428, 434),  # open_tree … fspick
    ),
)

ARM_64 = Architecture(
    audit_number=0xC00000B7,
    opens={56: 2},  # openat
    clone=220,
    signal_thread=131,
    unknown=(435, 437),
    forbidden=(
        *(5, 6, 7, 14, 15, 16),  # setxattr …, removexattr …
        *(33, 34, 35, 36, 37, 38, 39, 40, 41, 42),  # mknodat, mkdirat, unlinkat … mount, pivot_root, nfsservctl
        *(45, 46, 51, 52, 53, 54, 55, 60),  # truncate, ftruncate, chroot, fchmod …, fchown, quotactl
        *(
            88,
            89,
            92,
            97,
            104,
            105,
            106,
        ),  # utimensat, acct, personality, unshare, kexec_load, init_module, delete_module
        *(117, 129, 130, 138, 240),  # ptrace, kill, tkill, rt_sigqueueinfo, rt_tgsigqueueinfo
        *(143, 144, 145, 146, 147, 149, 151, 152),  # setregid … setfsgid
        *range(180, 213),  # mq_open … shmdt, socket … recvmsg
        *(217, 218, 219, 221, 224, 225),  # add_key, request_key, keyctl, execve, swapon, swapoff
        *(241, 242, 243, 265, 268, 269),  # perf_event_open, accept4, recvmmsg, open_by_handle_at, setns, sendmmsg
        *(
            270,
            271,
            273,
            276,
            280,
            281,
            282,
            294,
        ),  # process_vm_*, finit_module, renameat2, bpf, execveat, userfaultfd, kexec
        *(424, 425, 426, 427, 434, 438, 452),
        *range(428, 434),
    ),
)

_ARCHITECTURES = {"x86_64": X86_64, "aarch64": ARM_64}


def current_architecture() -> Architecture | None:
    """This machine's numbers; None where there is no filter."""
    if sys.platform != "linux" or sys.maxsize <= 2**32:
        return None
    return _ARCHITECTURES.get(platform.machine())


def apply() -> list[str]:
    """Installs the filter for this process and its threads. Returns ``["system_calls"]`` where the kernel took it."""
    architecture = current_architecture()
    if architecture is None:
        return []
    return ["system_calls"] if _install(filter_program(architecture, os.getpid())) else []


def filter_program(architecture: Architecture, process_id: int) -> bytes:
    """The filter for one process, as the kernel reads it: eight bytes an instruction."""
    refuse: _Instruction = (RETURN, 0, 0, RET_ERRNO | EPERM)
    absent: _Instruction = (RETURN, 0, 0, RET_ERRNO | ENOSYS)
    allow: _Instruction = (RETURN, 0, 0, RET_ALLOW)
    program: list[_Instruction] = [
        # Another architecture has other numbers (32-bit calls from a 64-bit process, for one).
        (LOAD_WORD, 0, 0, OFFSET_ARCHITECTURE),
        (JUMP_EQUAL, 1, 0, architecture.audit_number),
        refuse,
        (LOAD_WORD, 0, 0, OFFSET_NUMBER),
        (JUMP_AT_LEAST, 0, 1, X32_BIT),
        refuse,
    ]
    for number in architecture.forbidden:
        program += [(JUMP_EQUAL, 0, 1, number), refuse]
    for number in architecture.unknown:
        program += [(JUMP_EQUAL, 0, 1, number), absent]
    for number, position in architecture.opens.items():
        # Reading stays possible: decoders are loaded late, fonts when a page needs them.
        flags = (LOAD_WORD, 0, 0, OFFSET_ARGUMENTS + 8 * position)
        program += [(JUMP_EQUAL, 0, 4, number), flags, (JUMP_ANY_BIT, 0, 1, WRITING_FLAGS), refuse, allow]
    # Threads are allowed, processes are not.
    clone_flags = (LOAD_WORD, 0, 0, OFFSET_ARGUMENTS)
    program += [(JUMP_EQUAL, 0, 4, architecture.clone), clone_flags, (JUMP_ANY_BIT, 1, 0, CLONE_THREAD), refuse, allow]
    own = (LOAD_WORD, 0, 0, OFFSET_ARGUMENTS)
    program += [(JUMP_EQUAL, 0, 3, architecture.signal_thread), own]
    program += [(JUMP_EQUAL, 1, 0, process_id), refuse, allow]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


def _install(program: bytes) -> bool:
    import ctypes

    class Program(ctypes.Structure):
        _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]

    prctl = ctypes.CDLL(None, use_errno=True).prctl
    filter_ = Program(len(program) // 8, program)
    # Without this an ordinary user may not install a filter.
    if prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(filter_), 0, 0) == 0)
