"""Django plumbing without business words: clock, scope, actor, change records, events, jobs."""
