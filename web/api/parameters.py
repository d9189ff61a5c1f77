"""Parameters of an address that an operation does not know, told with everything else that is wrong with a request."""

from collections.abc import Mapping

from fastapi import Request

from web.api.problems import ApiProblem, Kind, ProblemFault
from web.api.validation import told


def note_unknown(request: Request, known: Mapping[str, bool]) -> None:
    """Keep with the request its faults against `known`: the parameters there are, and whether they may repeat.

    They are told by the answer to what the schema refuses, else by `refuse_unknown`.
    """
    faults = []
    for name in request.query_params:
        if name not in known:
            said = f"Không có tham số này; các tham số dùng được: {', '.join(known) or 'không có'}."
            faults.append(ProblemFault(detail=said, parameter=name[:100]))
        elif not known[name] and len(request.query_params.getlist(name)) > 1:
            faults.append(ProblemFault(detail="Chỉ được ghi một lần.", parameter=name))
    request.state.parameter_faults = tuple(faults)


def unknown_of(request: Request) -> tuple[ProblemFault, ...]:
    """Return what was noted."""
    found: tuple[ProblemFault, ...] = getattr(request.state, "parameter_faults", ())
    return found


def refuse_unknown(request: Request) -> None:
    """Raise ApiProblem where something was noted: before anything is written, or instead of what was read."""
    faults = unknown_of(request)
    if faults:
        raise ApiProblem(Kind.REFUSED, told(faults), faults)
