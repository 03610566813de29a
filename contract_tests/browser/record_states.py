"""The states of the records of a space."""

from __future__ import annotations

from browser.scene import Scene, state

_AT = "console/demo"


@state("Records", "nothing is used yet")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("is not used in demo yet")


@state("Records", "none of a kind")
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    see.open(f"{_AT}/records/jobs/Hook")
    see.shows("No record.", "createHook")


@state("Records", "some, in several states")
def _(see: Scene) -> None:
    see.held()
    see.make_job(name="Dee")
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("running")


@state("Records", "filtered to nothing")
def _(see: Scene) -> None:
    see.held()
    see.open(f"{_AT}/records/jobs/Job?q=state:lost")
    see.shows("none match")


@state("Records", "more than a page")
def _(see: Scene) -> None:
    see.jobs.space()
    for number in range(210):
        see.make_job(name=f"Job {number}")
    see.open(f"{_AT}/records/jobs/Job")
    see.shows("Older records")


@state("Record", "it lives")
def _(see: Scene) -> None:
    see.jobs.space()
    see.open(f"{_AT}/records/jobs/Job/{see.make_job()}")
    see.shows("What follows by itself", "History")


@state("Record", "deleted", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    job = see.make_job()
    see.jobs.send("DELETE", f"/~demo/jobs/jobs/{job}")
    see.open(f"{_AT}/records/jobs/Job/{job}")
    see.shows("Deleted.")


@state("Record", "never made", failures=True)
def _(see: Scene) -> None:
    see.jobs.space()
    see.make_job()
    see.open(f"{_AT}/records/jobs/Job/job_none")
    see.shows("It was never made")
