"""What the demo's shops say of themselves: one tells everything, one is far away and tells little. All invented."""

from __future__ import annotations

from recours.demo.cast import FILOSELLE, GARANCE, KOBALT, NOVA
from recours.marketplaces.commands.shops import ShopDetails

DETAILS = {
    GARANCE.ref: ShopDetails(
        sells="De la vaisselle en grès, des luminaires et du linge de maison, faits dans trois ateliers du Sud-Ouest."
        "\nNous emballons tout à la main et expédions sous deux jours ouvrés.",
        email="maison-garance@example.org",
        phone="+33 5 36 49 12 34",
        return_address="Maison Garance, retours\nZone des Moulins, quai 2\n82000 Montauban\nFrance",
        address="Maison Garance\n14 rue des Tisserands\n82000 Montauban\nFrance",
        legal_name="Garance Pons SARL",
        registration="RCS Montauban 000 123 456",
        vat_number="FR00000123456",
        mediator="Médiation du commerce coopératif (nom inventé)",
        mediator_url="https://mediation.example.org/",
    ),
    FILOSELLE.ref: ShopDetails(
        sells="Bonnets, écharpes et tabliers, cousus et teints à l’atelier. Petites séries, laine française.",
        email="atelier-filoselle@example.org",
        address="Atelier Filoselle\nLe Bourg\n29000 Quimper\nFrance",
        legal_name="Soizic Kermadec, entrepreneuse individuelle",
        registration="RNE 000 654 321",
        mediator="Médiation du commerce coopératif (nom inventé)",
    ),
    KOBALT.ref: ShopDetails(
        sells="Petit électronique et accessoires : claviers, câbles, stations météo. Livraison depuis Leipzig.",
        email="kobalt@example.org",
        phone="+49 30 23125 012",
        return_address="Kobalt Elektronik GmbH, Retouren\nLagerstraße 12\n04109 Leipzig\nAllemagne",
        address="Kobalt Elektronik GmbH\nBeispielstraße 7\n04109 Leipzig\nAllemagne",
        legal_name="Kobalt Elektronik GmbH",
        registration="HRB 00000, Amtsgericht Leipzig",
        vat_number="DE000000000",
    ),
    NOVA.ref: ShopDetails(
        sells="Casques, enceintes, microphones et écouteurs, expédiés de Shenzhen.",
        email="nova-audio@example.org",
        legal_name="Shenzhen Nova Audio Technology Co., Ltd.",
    ),
}
