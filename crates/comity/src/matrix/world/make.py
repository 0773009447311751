"""Makes world.tsv from Natural Earth's countries as TopoJSON (npm package `world-atlas`, file `countries-50m.json`).

    python3 make.py countries-50m.json > world.tsv        (needs the Python package `pycountry` for ISO codes)

Borders are simplified arc by arc, so that neighbors still meet. Two views: the world in the Equal Earth projection, and
Europe in Lambert's azimuthal equal-area projection, since its states are too small to be seen in the first.
"""

import json
import math
import sys

import pycountry

MIDDLE = 10.5  # the cut then runs through the Bering Strait and no country lies on both sides
WIDTH = 1000.0
EQUATOR = 266.0
EUROPE = {"lon": 13.0, "lat": 51.5, "scale": 375.0, "x": 122.0, "y": 428.0}
EUROPE_BOX = (4.0, 296.0, 240.0, 240.0)  # x, y, width, height in the world's own units

# Places that the source draws as a part of another country or not at all.
PLACED = {
    "GF": (-53, 4), "GP": (-61.5, 16.2), "MQ": (-61, 14.6), "RE": (55.5, -21.1), "YT": (45.2, -12.8), "BQ": (-68.3, 12.2),
    "SJ": (17, 78.5), "TK": (-172, -9.2), "CC": (96.8, -12.2), "CX": (105.6, -10.5), "UM": (166.6, 19.3), "BV": (3.4, -54.4),
    "GI": (-5.35, 36.14), "TV": (179.2, -8.5),
}  # fmt: skip


def equal_earth(lon, lat):
    lam, phi = math.radians((lon - MIDDLE + 180.0) % 360.0 - 180.0), math.radians(lat)
    a1, a2, a3, a4 = 1.340264, -0.081106, 0.000893, 0.003796
    theta = math.asin(math.sqrt(3) / 2 * math.sin(phi))
    t2 = theta * theta
    t6 = t2 * t2 * t2
    x = 2 * math.sqrt(3) * lam * math.cos(theta) / (3 * (9 * a4 * t6 * t2 + 7 * a3 * t6 + 3 * a2 * t2 + a1))
    y = a4 * theta * t6 * t2 + a3 * theta * t6 + a2 * theta * t2 + a1 * theta
    k = WIDTH / 5.413
    return x * k + WIDTH / 2, EQUATOR - y * k


def laea(lon, lat):
    lam, phi, phi0 = math.radians(lon - EUROPE["lon"]), math.radians(lat), math.radians(EUROPE["lat"])
    cosine = math.sin(phi0) * math.sin(phi) + math.cos(phi0) * math.cos(phi) * math.cos(lam)
    if cosine < -0.2:
        return None
    k = math.sqrt(2 / (1 + cosine)) * EUROPE["scale"]
    x = k * math.cos(phi) * math.sin(lam)
    y = k * (math.cos(phi0) * math.sin(phi) - math.sin(phi0) * math.cos(phi) * math.cos(lam))
    return EUROPE["x"] + x, EUROPE["y"] - y


def arcs_of(topology):
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        yield points


def simplify(points, least):
    """Visvalingam: drops the point that spans the smallest triangle until all span at least `least`."""
    points = list(points)

    def area(i):
        (ax, ay), (bx, by), (cx, cy) = points[i - 1], points[i], points[i + 1]
        return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2

    while len(points) > 2:
        closed = points[0] == points[-1]
        i = min(range(1, len(points) - 1), key=area)
        if area(i) >= least or (closed and len(points) <= 5):
            break
        del points[i]
    return points


def rings_of(geometry, arcs):
    polygons = {"Polygon": [geometry.get("arcs")], "MultiPolygon": geometry.get("arcs")}.get(geometry["type"]) or []
    for polygon in polygons:
        for ring in polygon:
            points = []
            for index in ring:
                arc = arcs[index] if index >= 0 else arcs[~index][::-1]
                points.extend(arc if not points else arc[1:])
            yield points


def surface(points):
    pairs = zip(points, points[1:] + points[:1])
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2


def middle(points):
    total = surface(points)
    if abs(total) < 1e-9:
        return points[0]
    pairs = list(zip(points, points[1:] + points[:1]))
    x = sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / (6 * total)
    y = sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / (6 * total)
    return x, y


def path(rings):
    """Relative moves in tenths of a unit."""
    out = []
    for ring in rings:
        points = [(round(x * 10), round(y * 10)) for x, y in ring]
        kept = [points[0]] + [b for a, b in zip(points, points[1:]) if a != b]
        if kept[0] == kept[-1]:
            kept.pop()
        if len(kept) < 3:
            continue
        moves = [f"{b[0] - a[0]},{b[1] - a[1]}" for a, b in zip(kept, kept[1:])]
        out.append(f"M{kept[0][0]},{kept[0][1]}l" + " ".join(moves).replace(" -", " -") + "z")
    return "".join(out)


def code_of(geometry):
    name = geometry["properties"]["name"]
    if name == "Kosovo":
        return "XK"
    found = pycountry.countries.get(numeric=str(geometry.get("id", "")).zfill(3))
    return found.alpha_2 if found and name not in ("N. Cyprus", "Somaliland") else None


def view(geometries, arcs, project, least, smallest, box=None):
    flat = [simplify(p, least) if all(p) else [] for p in ([project(*q) for q in arc] for arc in arcs)]
    for geometry in geometries:
        rings = []
        for ring in rings_of(geometry, flat):
            seen = lambda p: box[0] < p[0] < box[0] + box[2] and box[1] < p[1] < box[1] + box[3]
            if len(ring) > 2 and not is_torn(ring) and (box is None or any(seen(p) for p in ring)):
                rings.append(ring if box is None else [clamp(p, box) for p in ring])
        rings.sort(key=lambda r: -abs(surface(r)))
        kept = [r for i, r in enumerate(rings) if i == 0 or abs(surface(r)) >= smallest]
        yield geometry, kept


def is_torn(ring):
    """Whether a ring goes from one edge of the map to the other: an island in the Bering Strait, left out."""
    return any(abs(a[0] - b[0]) > WIDTH / 2 for a, b in zip(ring, ring[1:]))


def clamp(point, box):
    """Far outside of the box a border need not be right: it is cut off."""
    margin = 400
    return (
        min(max(point[0], box[0] - margin), box[0] + box[2] + margin),
        min(max(point[1], box[1] - margin), box[1] + box[3] + margin),
    )


def main():
    topology = json.load(open(sys.argv[1]))
    arcs = list(arcs_of(topology))
    geometries = [g for g in topology["objects"]["countries"]["geometries"] if g["properties"]["name"] != "Antarctica"]
    print("# view\tcode\tx\ty\tarea\tpath; made by make.py")
    placed = dict(PLACED)
    for geometry, rings in view(geometries, arcs, equal_earth, 0.35, 0.8):
        if not rings:
            continue
        code = code_of(geometry) or "-"
        x, y = middle(rings[0])
        area = sum(abs(surface(r)) for r in rings)
        shape = path(rings) if area >= 0.8 else ""
        placed.pop(code, None)
        print(f"world\t{code}\t{x:.1f}\t{y:.1f}\t{area:.1f}\t{shape}")
    for code, (lon, lat) in sorted(placed.items()):
        x, y = equal_earth(lon, lat)
        print(f"world\t{code}\t{x:.1f}\t{y:.1f}\t0\t")
    for geometry, rings in view(geometries, arcs, laea, 0.35, 0.8, EUROPE_BOX):
        if rings:
            x, y = middle(rings[0])
            area = sum(abs(surface(r)) for r in rings)
            print(f"europe\t{code_of(geometry) or '-'}\t{x:.1f}\t{y:.1f}\t{area:.1f}\t{path(rings)}")
    x, y = laea(*PLACED["GI"])
    print(f"europe\tGI\t{x:.1f}\t{y:.1f}\t0\t")


main()
