"""Emulated equipment: what stands in for a card, a LUT box or a camera when there is none. Imports no driver's insides;
what it emulates, it declares from the maker's documents."""
