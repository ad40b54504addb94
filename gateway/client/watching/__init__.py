"""What Temporal tells of the engine's work: what is stuck, lost or tried again; who works for each queue."""
