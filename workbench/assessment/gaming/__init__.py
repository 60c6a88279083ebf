"""What departments may have done for their score alone (docs/gaming.md). Findings are questions to
a person: nothing is deducted for one."""
