"""The commune-level People's Committees of a province, from the package vietnam-provinces (2025 division)."""

from catalog.directory import Agency, AgencyKind
from catalog.text import normalize, search_key, sort_key


def commune_agencies(province: int) -> tuple[Agency, ...]:
    """Return them in dictionary order of their names; ValueError when no province has that code.

    `province` is the code of the Statistics Office: 31 is Hải Phòng. Two communes of one name get codes that end
    with the commune's own number.
    """
    from vietnam_provinces import ProvinceCode, Ward  # deferred: 0.05 s that most commands do not need

    wards = sorted(Ward.iter_by_province(ProvinceCode(province)), key=lambda ward: sort_key(ward.name))
    slugs = [search_key(ward.name).replace(" ", "-") for ward in wards]
    agencies = []
    for ward, slug in zip(wards, slugs, strict=True):
        code = f"ubnd-{slug}" if slugs.count(slug) == 1 else f"ubnd-{slug}-{ward.code.value}"
        name = normalize(ward.name)
        local = name[0].lower() + name[1:]  # "phường Lê Chân"
        agencies.append(
            Agency(code=code, name=f"Ủy ban nhân dân {local}", kind=AgencyKind.COMMUNE, aliases=(name,))
        )
    return tuple(agencies)
