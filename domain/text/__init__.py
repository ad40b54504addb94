"""Texts: JSON read within limits, stored text made safe to print, facts filled into sentences."""
