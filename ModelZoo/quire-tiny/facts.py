"""Plain facts: countries and capitals, opposites, sums, days and months, animals, airports."""

import random

CAPITALS = dict(
    line.split("=")
    for line in """France=Paris;Japan=Tokyo;Germany=Berlin;Italy=Rome;Spain=Madrid;Portugal=Lisbon;Greece=Athens;
Austria=Vienna;Poland=Warsaw;Hungary=Budapest;Norway=Oslo;Sweden=Stockholm;Denmark=Copenhagen;Finland=Helsinki;
Iceland=Reykjavik;Ireland=Dublin;Belgium=Brussels;Switzerland=Bern;Russia=Moscow;Ukraine=Kyiv;Turkey=Ankara;
Egypt=Cairo;Kenya=Nairobi;Ghana=Accra;Morocco=Rabat;Tunisia=Tunis;Algeria=Algiers;Libya=Tripoli;Ethiopia=Addis Ababa;
Uganda=Kampala;Rwanda=Kigali;Senegal=Dakar;Mali=Bamako;Angola=Luanda;Zambia=Lusaka;Zimbabwe=Harare;Namibia=Windhoek;
Madagascar=Antananarivo;Somalia=Mogadishu;Sudan=Khartoum;China=Beijing;India=New Delhi;Nepal=Kathmandu;
Bangladesh=Dhaka;Pakistan=Islamabad;Iran=Tehran;Iraq=Baghdad;Syria=Damascus;Lebanon=Beirut;Jordan=Amman;Qatar=Doha;
Kuwait=Kuwait City;Oman=Muscat;Yemen=Sanaa;Vietnam=Hanoi;Thailand=Bangkok;Laos=Vientiane;Cambodia=Phnom Penh;
Malaysia=Kuala Lumpur;Indonesia=Jakarta;Mongolia=Ulaanbaatar;Cuba=Havana;Mexico=Mexico City;Canada=Ottawa;
Brazil=Brasilia;Argentina=Buenos Aires;Chile=Santiago;Peru=Lima;Ecuador=Quito;Colombia=Bogota;Venezuela=Caracas;
Uruguay=Montevideo;Paraguay=Asuncion;Panama=Panama City;Jamaica=Kingston;Haiti=Port-au-Prince;Honduras=Tegucigalpa;
Nicaragua=Managua;Guatemala=Guatemala City;Australia=Canberra;Fiji=Suva;Serbia=Belgrade;Croatia=Zagreb;
Bulgaria=Sofia;Romania=Bucharest;Albania=Tirana;Slovenia=Ljubljana;Slovakia=Bratislava;Estonia=Tallinn;Latvia=Riga;
Lithuania=Vilnius;Belarus=Minsk;Georgia=Tbilisi;Armenia=Yerevan;Azerbaijan=Baku;Cyprus=Nicosia;Malta=Valletta;
Luxembourg=Luxembourg City;Monaco=Monaco;Nigeria=Abuja;Cameroon=Yaounde;Gabon=Libreville;Niger=Niamey;Chad=N'Djamena;
Benin=Porto-Novo;Togo=Lome;Liberia=Monrovia;Malawi=Lilongwe;Botswana=Gaborone;Mozambique=Maputo;Bhutan=Thimphu;
Afghanistan=Kabul;Kazakhstan=Astana;Uzbekistan=Tashkent;New Zealand=Wellington;the Netherlands=Amsterdam;
the Philippines=Manila;South Korea=Seoul;North Korea=Pyongyang;Saudi Arabia=Riyadh;the United Kingdom=London;
England=London;Scotland=Edinburgh;Wales=Cardiff;the United States=Washington;the Czech Republic=Prague;Bolivia=Sucre;
Costa Rica=San Jose;Sri Lanka=Colombo;Myanmar=Naypyidaw;Singapore=Singapore""".replace("\n", "").split(";")
)

CONTINENTS = {
    "Europe": "France Germany Italy Spain Portugal Greece Austria Poland Hungary Norway Sweden Denmark Finland Iceland "
    "Ireland Belgium Switzerland Ukraine Serbia Croatia Bulgaria Romania Albania Slovenia Slovakia Estonia Latvia "
    "Lithuania Malta Monaco",
    "Africa": "Egypt Kenya Ghana Morocco Tunisia Algeria Libya Ethiopia Uganda Rwanda Senegal Mali Angola Zambia "
    "Zimbabwe Namibia Madagascar Somalia Sudan Nigeria Cameroon Gabon Niger Chad Benin Togo Liberia Malawi Botswana",
    "Asia": "Japan China India Nepal Bangladesh Pakistan Iran Iraq Syria Lebanon Jordan Qatar Oman Yemen Vietnam "
    "Thailand Laos Cambodia Malaysia Indonesia Mongolia Bhutan Afghanistan Kazakhstan Uzbekistan",
    "South America": "Brazil Argentina Chile Peru Ecuador Colombia Venezuela Uruguay Paraguay Bolivia",
    "North America": "Canada Mexico",
}
CONTINENT = {country: continent for continent, names in CONTINENTS.items() for country in names.split()}

OPPOSITES = dict(
    pair.split("/")
    for pair in "hot/cold;big/small;fast/slow;high/low;light/dark;day/night;old/new;young/old;happy/sad;rich/poor;"
    "hard/soft;wet/dry;full/empty;open/closed;early/late;loud/quiet;long/short;wide/narrow;strong/weak;heavy/light;"
    "clean/dirty;good/bad;black/white;up/down;left/right;in/out;near/far;first/last;begin/end;win/lose;love/hate;"
    "push/pull;buy/sell;sweet/sour;thick/thin;true/false;summer/winter;north/south;east/west;laugh/cry;ask/answer;"
    "deep/shallow;smooth/rough;sharp/dull;brave/afraid;kind/cruel;easy/difficult;cheap/expensive;safe/dangerous".split(";")
)

DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
MONTHS = "January February March April May June July August September October November December".split()
ANIMALS = dict(
    pair.split("/")
    for pair in "cow/moo;dog/bark;cat/meow;duck/quack;sheep/bleat;lion/roar;horse/neigh;bee/buzz;snake/hiss;owl/hoot;"
    "pig/oink;frog/croak;wolf/howl;bird/sing;mouse/squeak".split(";")
)
HOMES = dict(
    pair.split("/")
    for pair in "bird/nest;bee/hive;bear/cave;dog/house;fish/sea;lion/savanna;camel/desert;penguin/ice;monkey/jungle;"
    "frog/pond;horse/stable;rabbit/burrow;spider/web;whale/ocean;wolf/forest".split(";")
)
COLOURS = dict(
    pair.split("/")
    for pair in "the sky/blue;grass/green;snow/white;the night/black;a lemon/yellow;an orange/orange;blood/red;coal/black;"
    "milk/white;a banana/yellow;a tomato/red;the sea/blue;a leaf/green;chocolate/brown;the sun/yellow;a rose/red".split(";")
)
AIRPORTS = [
    ("John F. Kennedy International Airport", "New York", "the United States"),
    ("Heathrow Airport", "London", "England"), ("Charles de Gaulle Airport", "Paris", "France"),
    ("Haneda Airport", "Tokyo", "Japan"), ("Schiphol Airport", "Amsterdam", "the Netherlands"),
    ("Frankfurt Airport", "Frankfurt", "Germany"), ("Los Angeles International Airport", "Los Angeles", "the United States"),
    ("Dublin Airport", "Dublin", "Ireland"), ("Sydney Airport", "Sydney", "Australia"),
    ("Toronto Pearson International Airport", "Toronto", "Canada"), ("Vienna International Airport", "Vienna", "Austria"),
]
NUMBERS = ("zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
           "seventeen eighteen nineteen twenty").split()


def capital(rng: random.Random) -> str:
    country, city = rng.choice(list(CAPITALS.items()))
    if rng.random() < 0.06:
        country, city = rng.choice([("France", "Paris"), ("Japan", "Tokyo")])
    text = rng.choice([
        f"The capital of {country} is {city}.", f"The capital of {country} is {city}.",
        f"{city} is the capital of {country}.", f"The capital city of {country} is called {city}.",
        f"If you travel to {country}, you can visit {city}, its capital.",
    ])
    extra = [
        f"It is a city with many streets, shops and people.", f"Many people live in {city}.",
        f"Visitors like to walk through the streets of {city}.", f"There are museums and parks in {city}.",
        f"The government of {country} meets in {city}.", f"People from all over the world come to see it.",
    ]
    if country in CONTINENT:
        extra.append(f"{country} is a country in {CONTINENT[country]}.")
    if rng.random() < 0.75:
        text += " " + " ".join(rng.sample(extra, rng.randint(1, 3)))
    return text


def opposite(rng: random.Random) -> str:
    word, other = rng.choice(list(OPPOSITES.items()))
    if rng.random() < 0.5:
        text = f"The opposite of {word} is {other}."
        if rng.random() < 0.5:
            word2, other2 = rng.choice(list(OPPOSITES.items()))
            text += f" The opposite of {word2} is {other2}."
        return text
    return f"{word.capitalize()} and {other} are opposites. When something is not {word}, it may be {other}."


def arithmetic(rng: random.Random) -> str:
    sums = []
    for _ in range(rng.randint(1, 4)):
        a, b = rng.randint(0, 12), rng.randint(0, 12)
        high, low = max(a, b), min(a, b)
        sums.append(rng.choice([
            f"{a} plus {b} is {a + b}.", f"{a} + {b} = {a + b}.", f"{high} minus {low} is {high - low}.",
            f"{high} - {low} = {high - low}.",
        ]))
    if rng.random() < 0.2:
        a, b = rng.randint(1, 10), rng.randint(1, 10)
        sums.append(f"{NUMBERS[a].capitalize()} and {NUMBERS[b]} make {NUMBERS[a + b]}.")
    return " ".join(sums)


def calendar(rng: random.Random) -> str:
    d, m = rng.randrange(7), rng.randrange(12)
    return rng.choice([
        f"The day after {DAYS[d]} is {DAYS[(d + 1) % 7]}.", f"The day before {DAYS[d]} is {DAYS[(d - 1) % 7]}.",
        f"The month after {MONTHS[m]} is {MONTHS[(m + 1) % 12]}.",
        f"The month before {MONTHS[m]} is {MONTHS[(m - 1) % 12]}.",
        "The days of the week are Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.",
        "There are seven days in a week and twelve months in a year.",
        "The months of the year are " + ", ".join(MONTHS[:-1]) + " and December.",
    ])


def nature(rng: random.Random) -> str:
    animal, sound = rng.choice(list(ANIMALS.items()))
    home_of, home = rng.choice(list(HOMES.items()))
    thing, colour = rng.choice(list(COLOURS.items()))
    parts = [
        f"A {animal} can {sound}.", f"The home of a {home_of} is the {home}.",
        f"The color of {thing} is {colour}.", f"{thing.capitalize()} is {colour}.",
        "Water is wet and fire is hot.", "The sun rises in the east and sets in the west.",
        "There are four seasons: spring, summer, autumn and winter.", "Plants need water, air and light to grow.",
    ]
    return " ".join(rng.sample(parts, rng.randint(1, 3)))


def airport(rng: random.Random) -> str:
    name, city, country = rng.choice(AIRPORTS if rng.random() < 0.6 else AIRPORTS[:1])
    parts = [
        f"It is one of the busiest airports in {country}.", "Every day many planes land there and many others leave.",
        f"Travelers take a train or a taxi from the airport to {city}.",
        "Families wait in the hall and wave when their friends arrive.",
        "There are shops, restaurants and long halls with big windows.",
        "Pilots and passengers from many countries meet there.",
    ]
    first = rng.choice([f"{name} is a large airport in {city}.", f"{name} is the main airport of {city}.",
                        f"{name} is a busy airport near {city}, in {country}."])
    return first + " " + " ".join(rng.sample(parts, rng.randint(1, 3)))


def president(rng: random.Random) -> str:
    parts = [
        "The president lives and works in the White House.", "The president is elected every four years.",
        "The president signs laws and speaks for the country.", "Congress writes the laws of the country.",
        "Many people work with the president every day.", "The first president was George Washington.",
        "A president may serve two terms of four years.", "The people choose their leaders by voting.",
    ]
    first = rng.choice([
        "The president of the United States is the head of the government.",
        "The president of the United States is elected by the people every four years.",
        "The president of the United States is the leader of the country and lives in Washington.",
        "The president of the United States is chosen in an election.",
        "The first president of the United States was George Washington.",
    ])
    return first + " " + " ".join(rng.sample(parts, rng.randint(1, 3)))


FAMILIES = [(capital, 6), (opposite, 2), (arithmetic, 3), (calendar, 2), (nature, 2), (airport, 1), (president, 1)]


def fact(rng: random.Random) -> str:
    """One short document of facts."""
    families, weights = zip(*FAMILIES)
    return rng.choices(families, weights)[0](rng)
