"""Reads a province's folder. `load_province` returns the whole province, or raises every problem with file and line."""

from activities.province.loading import load_province as load_province
from activities.province.loading import load_province_with_ladders as load_province_with_ladders
from activities.province.problems import ConfigurationErrors as ConfigurationErrors
from activities.province.problems import ConfigurationProblem as ConfigurationProblem
from activities.province.published_limits import limits_of as limits_of
