"""WHAT is asked of one release: one module a case, found by its path; see CONTRIBUTING.md to add one."""
