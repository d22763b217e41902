"""READS what matrix/ stored: tables, the ledger of accepted outcomes, verdicts, and their text; see DESIGN.md."""
