"""`luongxanh ops`: what operators find, replay, repair and reconcile. `workers.commands.operators` adds to it."""

from __future__ import annotations

from cyclopts import App

from gateway.cli.ops import doctor, end_workflow, export, failed, incident, plan, reconcile, release, run

app = App(name="ops")
app.command(failed.failed, name="failed", sort_key=0)
app.command(doctor.app)
app.command(incident.app)
app.command(plan.app)
app.command(run.run, name="run", sort_key=21)
app.command(run.approve, name="approve", sort_key=22)
app.command(run.status, name="status", sort_key=23)
app.command(run.stop, name="stop", sort_key=24)
app.command(run.resume, name="resume", sort_key=25)
app.command(reconcile.reconcile, name="reconcile", sort_key=40)
app.command(end_workflow.end_workflow, name="end-workflow", sort_key=41)
app.command(export.export, name="export", sort_key=50)
app.command(release.app)
