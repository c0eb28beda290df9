"""Cutting words down to what their forms share, on folded text: people leave accents out, and so must the rules.

PostgreSQL's own stemmers need the accents (« livrée » without its accent is another word to them) and a round trip;
these are lighter, and bring verbs, nouns and participles of one family together: livrer, livré, livraison, livreur.
"""

from __future__ import annotations

import re
from functools import lru_cache

_FAMILIES_FR = {
    stem: forms.split()
    for stem, forms in {
        "recev": "recu recue recus recues recevoir recois recoit recoivent recevez recevons recevrai recevrais "
        "reception receptionner receptionne receptionnee recevait recevra recut",
        "achet": "achat achats acheteur acheteurs acheteuse acheter achete achetee achetes achetees achetez acheterai",
        "perd": "perte pertes perd perdu perdue perdus perdues perdre perds perdent",
        "pai": "paye payee payes payer payez paie paies paient paiement paiements paiera payeur payant payement "
        "payements payais",
        "ouvr": "ouvrir ouvert ouverte ouverts ouvertes ouverture ouvre ouvrez ouvrent",
        "rouvr": "rouvrir rouvert rouverte rouvre reouverture reouvrir reouvert",
        "offr": "offrir offert offerte offerts offrent",
        "offre": "offre offres",
        "appel": "appel appels",
        "appeler": "appeler appelle appelez appele appelles appelais",
        "choisi": "choix choisir choisi choisie choisis choisissez",
        "promet": "promis promise promises promettre promesse promesses promet",
        "voul": "veux veut veulent voulu voulue voulez voulons voulais voulait vouloir voudrais voudrait",
        "pouv": "peux peut peuvent pouvez pouvons pouvais pouvait pouvoir pourrais pourrait puis",
        "repond": "reponse reponses repond reponds repondent repondu repondre repondez repondait repondra",
        "rend": "rend rends rendre rendu rendue rendus rendez rendent rendrai",
        "vend": "vente ventes vend vends vendre vendu vendue vendus vendeur vendeurs vendeuse vendeuses vendent",
        "mets": "mettre mis mise met mets mettez",
        "croi": "croire crois croit cru",
        "sav": "savoir sais sait savez savent",
        "defect": "defaut defauts defectueux defectueuse defectueuses defaillant defaillante defaillance",
        "panne": "panne pannes",
        "retourn": "retour retours retourner retourne retournee retournes retournees retournez retournent retournais",
        "regl": "regler regle reglee regles reglement reglements reglez",
        "viend": "vient viennent venir venu venue viendra",
        "tard": "tard tardif tardive",
        "retard": "retard retards retarde retardee retardes",
        "livr": "livre livree livres livrees livrer livrez livraison livraisons livrera livrait livrent",
        "livreur": "livreur livreurs livreuse",
        "porter": "porte portee portes portees porter portez",
        "portable": "portable portables",
        "port": "port ports",
        "refus": "refus refuse refusee refuses refusees refuser refusez refusent",
        "facture": "facture factures facturette",
        "taill": "taille tailles",
        "garant": "garantie garanties garanti garantis garantir garantit",
        "commerc": "commerce commercant commercants commercial commerciale",
        "march": "marche marches marcher marchent marchait marchera",
        "marchand": "marchand marchands marchande marchandise marchandises",
        "pass": "passe passee passer passes passent passage",
        "moi": "mois",
        "compt": "compte comptes",
        "compteu": "compteur",
        "pris": "pris prise prises prend prendre prenez prennent",
        "ecrire": "ecrire ecrit ecrite ecris ecrivez ecrivent",
        "relai": "relai relais",
        "couleur": "couleur couleurs",
        "moisi": "moisi moisie moisis moisissure",
        "delai": "delai delais",
        "essai": "essai essais essayer essaye essayee essayes essayez",
        "renvoi": "renvoi renvois renvoyer renvoye renvoyee renvoyes renvoyez renvoie renvoies renvoyait renverra",
        "envoi": "envoi envois envoyer envoye envoyee envoyes envoyez envoie envoies envoyait enverra envoyeur",
        "connect": "connexion connexions connecter connecte connectee connectez",
        "frai": "frais",
        "avi": "avis",
        "emploi": "emploi emplois employer",
    }.items()
}
_IRREGULAR_FR = {form: stem for stem, forms in _FAMILIES_FR.items() for form in forms}

# Longest first; the number is how much of the word must be left.
_ENDINGS_FR = [
    (re.compile(rf"^(.{{{least},}}?)(?:{'|'.join(sorted(endings.split(), key=len, reverse=True))})$"), new)
    for least, endings, new in (
        (3, "atrices atrice ateurs ateur ations ation", ""),
        (3, "iteurs iteur itions ition", "i"),
        (3, "ements ement issements issement", ""),
        (4, "utions ution", "u"),
        (3, "issant issante issez issent issait", ""),
        (3, "aisons aison", ""),
        (3, "erions erons eront erait eraient erais erai eras era erez", ""),
        (3, "euses euse eurs eur eux", ""),
        (4, "ables able ibles ible", ""),
        (3, "aient antes ante ants ant ait ais", ""),
        (4, "ives ive ifs if", ""),
        (4, "ites ite", ""),
        (4, "ents ente entes ent ages age", ""),
        (3, "ees ee es ez er e", ""),
        (3, "ies ie", "i"),
        (4, "ues ue us u", ""),
        (4, "irez irai ira ir it is i", ""),
        (4, "ons", ""),
        (3, "re", ""),
        (3, "s x", ""),
    )
]


@lru_cache(maxsize=50_000)
def french(word: str) -> str:
    """Return the stem of a folded French word."""
    if len(word) <= 3 or not word.isalpha():
        return word
    known = _IRREGULAR_FR.get(word)
    if known:
        return known
    if word.endswith("eaux") or (word.endswith("aux") and len(word) > 5):
        word = word[:-1] if word.endswith("eaux") else word[:-3] + "al"
    for ending, new in _ENDINGS_FR:
        found = ending.match(word)
        if found:
            word = found[1] + new
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    if len(word) > 3 and word[-1] in "ey":
        word = word[:-1] + ("i" if word[-1] == "y" else "")
    return _IRREGULAR_FR.get(word, word)


_IRREGULAR_EN = {
    form: stem
    for stem, forms in {
        "send": "sent send sends sending sender",
        "pay": "paid pay pays paying payment payments payer",
        "break": "broke broken break breaks breaking breakage",
        "buy": "bought buy buys buying buyer",
        "lose": "lost lose loses losing loss",
        "get": "got get gets getting gotten",
        "steal": "stolen steal stole stealing theft",
        "give": "gave given give gives",
        "take": "took taken take takes taking",
        "tear": "torn tear tore tears",
        "come": "came come comes coming",
        "wear": "worn wear wore",
        "write": "wrote written write writes writing",
        "choose": "chose chosen choose choosing choice",
        "deliver": "delivery deliveries delivered deliver delivering deliveryman",
        "refuse": "refusal refuse refused refuses refusing",
        "withdraw": "withdrawal withdrew withdrawn withdraw withdrawing",
        "arrive": "arrival arrive arrived arrives arriving",
        "receive": "receive received receives receiving receipt receipts",
        "return": "return returns returned returning",
        "repair": "repair repairs repaired repairer repairing",
        "charge": "charge charges charged charging",
        "size": "size sizes sizing",
        "late": "late later lateness",
        "defect": "defect defects defective",
        "fault": "fault faults faulty",
        "package": "package packages",
        "packing": "packaging packing packagings",
        "fraud": "fraud frauds fraudulent fraudulently fraudster",
        "reply": "reply replies replied replying",
        "apply": "apply applies applied applying",
    }.items()
    for form in forms.split()
}
_BRITISH = (
    (re.compile(r"yse(?=[drs]?$)|yz(?=e)"), "yz"),
    (re.compile(r"is(?=(?:e[drs]?|ing|ations?)$)"), "iz"),
    (re.compile(r"(?<=.{2})our(?=(?:s|ed|ing|able|ful)?$)"), "or"),
    (re.compile(r"ll(?=(?:ed|ing|ation|er)s?$)"), "l"),
    (re.compile(r"(?<=[bt])re(?=s?$)"), "er"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"que(?=s?$)"), "ck"),
)


@lru_cache(maxsize=50_000)
def english(word: str) -> str:
    """Return the stem of a folded English word, the same for British and American spellings."""
    if len(word) <= 3 or not word.isalpha():
        return word
    known = _IRREGULAR_EN.get(word)
    if known:
        return known
    for british, american in _BRITISH:
        word = british.sub(american, word)
    if word.endswith("ies") and len(word) > 4:
        word = word[:-3] + "y"
    elif word.endswith(("sses", "shes", "ches", "xes")):
        word = word[:-2]
    elif word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in (
        "ization", "ation", "ement", "ment", "ingly", "ing", "ed", "ly", "able", "ion", "ness", "er", "or",
    ):  # fmt: skip
        if word.endswith(ending) and len(word) - len(ending) >= (4 if ending in ("er", "or", "ion") else 3):
            word = word[: -len(ending)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "s":
        word = word[:-1]
    if len(word) > 3 and word[-1] in "ey":
        word = word[:-1] + ("i" if word[-1] == "y" else "")
    return _IRREGULAR_EN.get(word, word)
