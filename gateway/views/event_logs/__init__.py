"""Writes the events of dossiers into files for process mining: XES, OCEL 2.0, CSV and Parquet, in bounded memory.

No file has personal data. Officers stand under pseudonyms, unless an operator asks for their internal codes, which is
recorded.
"""
