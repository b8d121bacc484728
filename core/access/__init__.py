"""Who may do what, where a team signs in: four roles, given by person or by group. Knows neither pages nor tables."""
