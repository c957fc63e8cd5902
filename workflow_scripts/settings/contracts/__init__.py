"""Contracts of plugins: one file per kind, with the Protocols of its modules and the class of their `DECLARATION`.

They lie on the lowest floor, because a config is checked by declarations where no plugin can be imported. A plugin
states there what it can do; nothing is inferred from its name. Arrays and samples go by their usual names: `n` items,
`k` numbers each, images (y, x).
"""
