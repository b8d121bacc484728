"""The gate: sign-in, roles, health and limits, with what stands behind it replaced or started for real."""
