"""Follow-up of a municipality's goals: from Kolada and plain files to reports."""
