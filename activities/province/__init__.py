"""Reads a province's folder: `load_province` gives the whole province, or every problem with its file and line."""

from activities.province.loading import load_province as load_province
from activities.province.problems import ConfigurationErrors as ConfigurationErrors
from activities.province.problems import ConfigurationProblem as ConfigurationProblem
