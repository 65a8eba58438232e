"""Measure many models in many settings, here or on a cluster, and go on after any interruption.

plan.toml -> plan.Plan -> cases -> Work (job and where its files lie here)
Work -> local.Local or cluster.Cluster -> Outcome -> the table, one at a time
On a cluster: the client feeds (`feeding`), a worker keeps what it got (`cache`) and does its
jobs one after the other (`peer`).
"""
