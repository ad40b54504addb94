"""The chaos run: dossiers are played while everything around the engine fails, then effects are counted outside."""
