"""Repairs of dossiers that do not go on: their causes, the orders of operators, and the plans that are carried out."""
