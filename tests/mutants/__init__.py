"""Mutants: right answers with one small change each, which must be refused or be equivalent."""
