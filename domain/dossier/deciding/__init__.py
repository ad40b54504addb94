"""The rules of the life cycle, one module for each subject. A function reads like its sentence in law: guards first."""
