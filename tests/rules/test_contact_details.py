"""What takes a party off the platform is seen, in its disguises; what people write every day is left alone."""

from __future__ import annotations

import time

import pytest

from recours.rules.contact_details import Contact, contact_details

OURS = ("recours.example.org",)

E, P, H, M, L = Contact.EMAIL, Contact.PHONE, Contact.HANDLE, Contact.PAYMENT, Contact.LINK

WAYS_OUT = [
    ("Écrivez-moi : jean.dupont@example.org", {E}),
    ("JEAN.DUPONT@EXAMPLE.ORG", {E}),
    ("jean@exa​mple.org", {E}),
    ("jean (at) example (point) com", {E}),
    ("jean[at]example[dot]com", {E}),
    ("jean @ example . com", {E}),
    ("jean arobase exemple point fr", {E}),
    ("jean at gmail", {E}),
    ("jean arobase gmail.com", {E}),
    ("j e a n @ e x a m p l e . o r g", {E}),
    ("jean＠example．org", {E}),
    ("Mon e-mail est jean.dupont", {E}),
    ("Appelez-moi au 06 12 34 56 78.", {P}),
    ("0612345678", {P}),
    ("06.12.34.56.78", {P}),
    ("06-12-34-56-78", {P}),
    ("06/12/34/56/78", {P}),
    ("O6 12 34 56 78", {P}),
    ("0 6 1 2 3 4 5 6 7 8", {P}),
    ("+33 6 12 34 56 78", {P}),
    ("+33 (0)6 12 34 56 78", {P}),
    ("0033612345678", {P}),
    ("+86 138 1234 5678", {P}),
    ("mon portable : 13812345678", {P}),
    ("(555) 123-4567", {P}),
    ("zéro six douze trente-quatre cinquante-six soixante-dix-huit", {P}),
    ("zéro six un deux trois quatre cinq six sept huit", {P}),
    ("Passons sur WhatsApp", {H}),
    ("mon wechat : audio888", {H}),
    ("telegram", {H}),
    ("https://wa.me/33612345678", {H, L}),
    ("t.me/shenzhenaudio", {H, L}),
    ("Contactez-moi sur Instagram", {H}),
    ("insta: au_bon_fil", {H}),
    ("mon snap c'est lulu", {H}),
    ("ajoute @au_bon_fil", {H}),
    ("add me on Facebook", {H}),
    ("FR76 3000 6000 0112 3456 7890 189", {M}),
    ("fr7630006000011234567890189", {M}),
    ("IBAN DE89 3704 0044 0532 0130 00 merci", {M}),
    ("paypal.me/aubonfil", {M, L}),
    ("PayPal, entre proches de préférence", {M}),
    ("Payez par PayPal, c'est plus simple", {M}),
    ("Envoyez 20 € par Western Union", {M}),
    ("Faites un virement sur mon compte", {M}),
    ("payez en bitcoin", {M}),
    ("https://boutique.example.com/promo", {L}),
    ("http://192.0.2.7/x", {L}),
    ("hxxps://boutique.example", {L}),
    ("www.boutique-pas-cher.example", {L}),
    ("Regardez sur boutique-pas-cher.com", {L}),
    ("boutique point com", {L}),
    ("boutique (point) shop", {L}),
    ("bit.ly/3xYz", {L}),
    ("moins cher sur amazon.de", {L}),
    ("https://recours.example.org.evil.example/x", {L}),
    ("https://recours.example.org@evil.example/x", {L}),
    ("Écrivez à jean@example.org ou au 06 12 34 56 78", {E, P}),
]

EVERYDAY = [
    "",
    "Bonjour, où est mon colis ?",
    "Ma commande C-1042 n'est pas arrivée.",
    "Commande n° 0612345678",
    "Commande 402-1234567-1234567",
    "Numéro de suivi : 6A12345678901",
    "Suivi LB123456789CN",
    "Colis 1Z999AA10123456784",
    "suivi 00340434161094021501",
    "tracking 0612345678",
    "Le 02/11/2026 à 9 h 30, rien.",
    "Livré le 02/11/2026 09:30 selon vous",
    "2026-11-20 09:30",
    "entre le 03.11.26 et le 05.11.26",
    "Promis avant le 24 novembre 2026.",
    "J'ai payé 89,90 € et 1 299,00 € de plus.",
    "Taille 38-40, pointure 42, réf. 0123456789",
    "SIRET 123 456 789 00012",
    "RCS Lyon 123 456 789",
    "TVA FR40303265045",
    "IMEI 490154203237518",
    "EAN 3017620422003",
    "FR76 3000 6000 0112 3456 7890 188",
    "J'ai payé par PayPal le 3 novembre.",
    "J'ai reçu un mail de votre part.",
    "J'ai vu votre annonce sur Instagram.",
    "Le point relais est fermé.",
    "Est-ce un chargeur à 5 V @ 2 A ?",
    "photo.jpg et facture.pdf sont jointes",
    "Merci.Je vous réponds demain",
    "Il est cassé.me rembourser ?",
    "https://recours.example.org/claims/L-7F3K9QXM/",
    "voir recours.example.org/help/",
    "support@recours.example.org",
    "Un signal sonore, puis plus rien.",
    "La ligne de couture, in line with the photo",
    "Voici mes mesures : 10 12 14 16 18",
    "12 rue des Lilas, 69003 Lyon",
    "Remboursez-moi sur ma carte, s'il vous plaît.",
    "L'article L221-18 dit 14 jours",
    "Je l'ai déjà signalé à Mme Martin au service client.",
    "à ce point comme ça",
    "une paire de six, deux de huit",
]


@pytest.mark.parametrize(("text", "kinds"), WAYS_OUT)
def test_ways_out_are_seen(text: str, kinds: set[Contact]) -> None:
    assert set(contact_details(text, own_hosts=OURS)) == kinds


@pytest.mark.parametrize("text", EVERYDAY)
def test_everyday_words_are_left_alone(text: str) -> None:
    assert contact_details(text, own_hosts=OURS) == ()


@pytest.mark.parametrize(
    "text",
    ["a" * 5000, "0" * 5000, "06 " * 1666, "a." * 2500, "@" * 5000, "a@" * 2500, "a b " * 1250, "at " * 1666],
)
def test_a_long_text_takes_no_time(text: str) -> None:
    began = time.process_time()

    contact_details(text, own_hosts=OURS)

    assert time.process_time() - began < 0.5
