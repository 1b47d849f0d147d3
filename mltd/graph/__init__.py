"""Values -> Project: a frozen system graph behind verbs of the domain. The only place that imports networkx."""
