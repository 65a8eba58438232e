"""What is measured of one candidate: a module a kind, each run in a process of its own.

Each has one function of the kind's name, `stt(job, roots) -> dict[str, float | None]`: figures by
name, the unit in it where there is one, None where there was nothing to measure it on. It may
leave out cpu_s and peak_rss_mib, which are then those of the whole process; one that loads anything
besides the candidate gives peak_rss_mib as it was before that (`clock.peak_rss_mib`). own_cpu_s is
what was used until the candidate was done, before anything else listened or was compared with it.

It raises an AssistantError for a candidate or data that cannot be used. What else it raises, or how
its process ends, concerns nobody but the candidate (`tools.quantize.measure`).
"""
