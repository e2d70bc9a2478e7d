"""What facebook and instagram truly share of the Graph API: calls, error table, usage headers, paging, uploads. Not a plugin."""
