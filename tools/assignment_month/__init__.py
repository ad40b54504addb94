"""A month of a few communes in virtual time: who assigns, and what comes of it. One seed gives one result."""

from tools.assignment_month.choosers import POLICIES
from tools.assignment_month.comparing import Comparison, compare
from tools.assignment_month.parameters import Parameters

__all__ = ["POLICIES", "Comparison", "Parameters", "compare"]
