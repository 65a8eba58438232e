"""Which of a processor's instructions end up in what was compiled for exactly that processor."""

import re

_X86 = """
cx16 lahf_lm pni ssse3 sse4_1 sse4_2 popcnt movbe abm avx avx2 f16c fma bmi1 bmi2 adx aes vaes
pclmulqdq vpclmulqdq sha_ni gfni fsgsbase rdrnd rdseed xsave xsavec avx_vnni avx_ifma amx_tile
amx_int8 amx_bf16 avx512f avx512bw avx512cd avx512dq avx512vl avx512ifma avx512vbmi avx512_vbmi2
avx512_vnni avx512_bitalg avx512_vpopcntdq avx512_bf16 avx512_fp16 movdiri movdir64b
"""
_ARM = """
fp asimd aes pmull sha1 sha2 crc32 atomics fphp asimdhp asimdrdm jscvt fcma lrcpc ilrcpc asimddp
asimdfhm sha3 sha512 sm3 sm4 sve sve2 svei8mm svebf16 i8mm bf16 flagm flagm2 frint dgh rng uscat
"""
_ANY = frozenset((_X86 + _ARM).split())
"""Flags of /proc/cpuinfo that stand for what GCC's `-march=native` (x86) and `-mcpu=native` (ARM)
may put into a program by themselves. The others are the kernel's business or need to be asked for.
Names: the kernel's arch/x86/include/asm/cpufeatures.h and Documentation/arch/arm64/elf_hwcaps.rst.
"""


def compiler_flags(cpuinfo: str) -> frozenset[str]:
    """Of all processors of a /proc/cpuinfo, since a thread may move."""
    lines = re.findall(r"^(?:flags|Features)[ \t]*:(.*)$", cpuinfo, re.MULTILINE)
    if not lines:
        return frozenset()
    return _ANY & frozenset.intersection(*(frozenset(line.split()) for line in lines))
