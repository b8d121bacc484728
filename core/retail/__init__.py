"""The retailer's words: names, departments, costs, product lists, cells of a table."""
