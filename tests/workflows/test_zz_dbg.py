import asyncio
from tests.workflows.test_reset import *
from tests.workflows.conftest import hall
import temporalio.worker._workflow_instance as wi
async def test_dbg(hall):
    code = await accepted(hall)
    await hall.act(code, OFFICER, CompleteStep(step="process"))
    await hall.act(code, HEAD, Approve(step="approve"))
    h = await hall.handle(code).fetch_history()
    for e in h.events: print(e.event_id, e.WhichOneof("attributes"))
    await reset(hall, code, 1, updates_too=True)
    await asyncio.sleep(1)
    h = await hall.handle(code).fetch_history()
    print("---")
    for e in h.events: print(e.event_id, e.WhichOneof("attributes"), str(e.workflow_task_failed_event_attributes)[:200].replace("\n"," ") if e.WhichOneof("attributes")=="workflow_task_failed_event_attributes" else "")
    print((await workflow_knows(hall, code)).version)
    await asyncio.sleep(1)
