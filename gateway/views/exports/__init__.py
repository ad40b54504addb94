"""Writes found dossiers into files for people: CSV and XLSX, from a stream of rows, in bounded memory."""
