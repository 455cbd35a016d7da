"""SDI through DeckLink and UltraStudio cards: a client of the driver's interfaces of generation 14, which every current
driver serves. `_binding` is the native part; it imports without a driver, which is loaded on first use."""
