"""Home: what is due from me, my goals and KPIs, and the path up to the company."""
