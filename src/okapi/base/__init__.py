"""Django plumbing without business words: clock, tenant scope, actor, change records, events, jobs."""
