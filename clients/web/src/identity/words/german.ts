/**
 * 2048 German words, made for teamchat: the list is under its licence, as the code is.
 *
 * Four to eight letters without umlauts and ß, no two with the same first four letters, and few that
 * differ in one letter. A word never changes its number: sheets of paper depend on it.
 *
 * Made by `python -m tests.support.web_tables`: change the Python module instead.
 */

const TEXT = `
abbau abbild abend abfahrt abflug abgabe abhang abholen abitur abkommen ablauf ableger abmessen
abrufen absage absender absolut abstand abteil abwasch abwehr abzug achse acht acker adel adler
adresse advent affe agentur ahorn akkord akrobat akte aktie aktuell akzent alarm albern album algen
allee alltag alpen alphabet alsbald altar altglas amateur amboss ameise ampel amsel amtlich analyse
ananas anbau anbieten anblick andacht anders anfang anfeuern anfrage angebot angler anker ankunft
anlage anlocken anmut annahme anorak anpassen anreise anruf ansicht anstieg antenne antik antrag
antwort anwalt anwesen anzeige anziehen anzug apart apfel apotheke apparat applaus april aquarell
arbeit archiv arena arglos argument arktis armband aroma artikel arznei asche aspekt asphalt aster
atelier atem athlet atlas atmen atoll atrium attest attrappe audio aufbau aufessen auffahrt aufgabe
aufheben auflauf aufnahme aufruf aufsatz auftrag aufwand aufzug augapfel auge august auktion
ausblick ausdruck ausflug ausgang ausweis auto baby badehose bagger bahn balken ball balsam bambus
banane banjo bank bargeld baron basar baseball basis basteln batterie bauer bauklotz baum baustein
beamte becher becken bedarf beeilen beere befragen befund begabt begegnen beginn begriff behalten
beherzt behutsam beiboot beifall beige beinahe beispiel bejahen bekannt bekommen belag beleg
beliebt belohnen bemalen bemerken benehmen benutzen benzin bequem beraten bereit berg bericht beruf
besen besitz besser bestimmt besuch beton betrag beutel bewegen bewirten bewohner bewusst bezahlen
bezirk bezug biber bieten bilanz bild billard biologie birke birne bisher bison bitte blasen blatt
blau blech bleiben blende blick blind blitz block blond blume bluse bogen bohne bonbon boot bord
boss botanik bote boutique bowle boxen branche brauch bravo breite bremse brett brezel brief
bringen brise brokat brosche brot brummen brunnen brutto buche buckel buddeln bude budget bunt burg
bursche busch bussard campus cello champion chance chaos charme chef chemie chip chor chronik
clever clown code computer cool couch cousin creme curry dach dagegen daheim dahinter damals dame
damit dampf danach dank darm daten datum dauer daunen davon dazu degen dehnen dekan delfin delikat
delta depot derzeit deshalb design dessert detail detektiv deutsch dezember diagramm dialekt
diamant dichter dicke diele dienst digital diplom direkt dirigent disco diskus distel doktor
dokument dollar domino donau donner doppelt dorf dorthin dose drama drehen dreieck dringend drollig
drossel druck duell duett duft dunkel durch durst dutzend dynamo ebbe ebene eber echo ecke efeu
effektiv ehre ehrgeiz ehrlich eiche eidechse eidotter eifer eignen eilen eilig eimer einander
einfach eingang einhorn einige einkauf einladen einmal einreise einsatz eintrag einwand einzeln
eisberg eitel ekzem elan elch elegant elektrik element elend elfe elfmeter elite elster eltern
email empfang emsig endlich energie engel enorm ensemble entgegen entlang entwurf enzian epilog
episode epoche erahnen erbse erdbeere erde erdkunde ereignis erfahren erfinden erfolg erhalten
erheben erholen erinnern erkunden erlauben erlebnis ernennen ernst ernte erobern erproben erraten
ersparen erstens ertrag erwachen erwerb erwidern erzeugen erzielen essbar essen essig etage etappe
ethik etikett etliche etwas eule evident ewig exakt examen exemplar exil exklusiv exotisch experte
export extra fabel fabrik fackel faden fagott fahne fahren fairness falke fallen falsch familie
fangen fantasie farbe farn fasan fasching faser fassade fasten fauna fazit februar fegen fehler
feier feile fein feld fels ferien ferkel fermate fertig fest fichte fieber figur fiktion filiale
film filter finale finden finger finster firma fitness fixstern flach flagge flamme flanke flasche
flattern flaute flechte fleisch flexibel flieder flink flitzen floh flora floss flotte fluss flut
fokus folge folie fondue fordern forelle forst forum fossil foto foyer frage frau frei fremd freude
frieden frisch froh frost frottee frucht fuchs fuge fundort funke furche furt futter futur gabel
galaxie galerie galopp garage garten gasse gast gattung gaukler gaumen gebirge gebot gebraten
geburt gedanke gedeck geduld geeignet gefahr gefieder gegend gegner gegossen gehalt gehege gehirn
geige geist gekonnt gelassen gelb geleit gelingen gemach gemeinde genau genial genre genuss gepard
gepflegt gerade gerecht gern geruch gesang geschenk gesellig gesicht gespann gestern gesund
getreide gewand gewerbe gewinn gewohnt geysir gezeiten giebel gips giraffe gitarre glanz glas glatt
glaube gleis glied glimmer glitzern globus gloria glut gnade gold gospel gott graben grad grafik
granit gratis greif grell grenze griff grille grimasse grinsen grotte grube grund gruppe guckloch
gulasch gummi gunst gurke haar hagel haken halde halle halm hals hammer hamster hang hantel harfe
harmonie harpune harz haube haufen haupt hebamme hebel hecht hefe heft heide heim heirat heiter
heizung helfen helium hell hemd hemmung henkel henne heraus herbst hering herkunft herum herz heute
hilfe himbeere himmel hinauf hinein hinfahrt hinten hinweis hirsch hirte hitze hobby hocker hofhund
hoheit holen holunder holz honig honorar hopfen horchen horizont hose hotel huhn humor humus hund
hunger hupe hurra hurtig husten hydrant hymne ideal idee idol idyll igel ikone imbiss imker immun
impfung import impuls index indiz ingwer inhalt initiale inland innen innig insekt intakt intern
inventar irdisch irgend ironie irrtum isoliert jacke jagd jahr januar jasmin jaulen jawohl jazz
jeans jedoch jenseits jetzt jeweils jobben jodeln jodler jongleur jubel jubilar juchzen judo jumbo
jung juni jurist jurte justiz juwel kabarett kabine kachel kaffee kaiser kajak kakao kaktus
kalender kalk kalt kamel kamin kamm kanal kandidat kante kanu kanzler kapelle kapitel kapsel kaputt
karaffe karneval karotte karpfen kaskade kastanie katalog katze kauen kauf kaution kavalier kegeln
keim keks kelch kenntnis keramik kern kerze keule kichern kiefer kiesel kilo kimono kinn kiosk
kirche kitzeln klage klammer klang klappe klar klasse klavier kleben klecks klee kleid klempner
klette klima klinik klopfen klotz klub knabe knall knapp knarren knie knochen knopf knoten knuddeln
knuspern koala kobold koch koffer kohl koje kokos kolben kolibri kollege kolonie kolumne kombi
komet komfort komisch komma komplett konfetti kongress konkret konsum konto konzert kopie korb
kordel korken korrekt kosmos kotelett krabbe krachen kraft kragen kralle kran krater kraut krawatte
kreativ krebs kreuz kriechen krimi kringel kristall kritik krokus krone krug kruste kubus kuchen
kuckuck kugel kuli kultur kunde kunst kupfer kuppel kurbel kurier kurs kurve kurz kuscheln kutsche
kuvert labor lachen ladung lager laie laken lakritz lametta lamm lampe land lanze lasso latein
latte laub lauch laune laut lavendel lawine lebhaft leckerei leder legal legende lehne lehrer
leihen leise lektion lenken leopard lerche lernen lesbar lesen letzte leuchte leute lexikon libelle
licht liebe lied liegen lift liga lila lilie limette limonade linde lineal links linse lippe liste
liter lobby loben loch locke loden logisch lorbeer losung lotse lotto lotus loyal luchs luke lunge
lust luxus macht magie magnet mais majoran makellos makler makrele malen malz mama mammut manager
manche mandel manege mango manier mann manuell mappe marathon marder marine markt marmor marsch
marzipan maschine maske material matratze maulwurf maurer maus maximal meckern medaille medizin
mehl mehr meile meinung melden melodie membran mengen mensch mentor merken messe metall meter
methode metzger miauen miene miete mikrofon milch mild million mimik mimose minder mineral minister
minute minze mischen mission mitgehen mittwoch mixer mobil modell mohn mokka molke moment monat
mond monitor montag moos moped moral morgen mosaik motiv motor motte mulde murmel muschel museum
musik muskel muster mythos nach nagel nahrung naht naiv name napf narzisse nashorn nass nation
natter natur navi neblig neffe negativ nehmen neigung nektar nelke nennen nerv nett netz neubau
neugier neun neutral nicht nicken niemals nikolaus nische niveau nixe nobel nomade norm note
notfall notiz notruf nougat november nuance nudel null nummer nunmehr nuss nylon oase obdach obhut
objekt oblate oboe obst obwohl ofen offen office oftmals ohne ohrring ohrwurm oktave oktober okular
olive olympia omelett omnibus onkel online opal oper opfer optik orakel orange orden ordnung organ
orgel orient original orkan ornament orte ortung osten ostsee ostwind otter outfit overall ozean
paar packen paddel paella pagode paket palast palette palisade palme panda panik panorama papagei
papier pappel paprika papst parade parfum park parole partner passage pastete pate patient pauke
pause pavian pedal pegel pelikan pelz pendler pension perfekt pergola perle person pesto pfad pfau
pfeffer pfeife pfennig pferd pfirsich pflanze pflegen pflicht pflug pfosten pfote pfund phase
physik piano picknick piepen pigment pikant pilger pilot pilz pinguin pinie pinnwand pinsel pionier
pirat pirol piste pizza plakat planet plappern plastik platz plaudern plus pochen poesie poetisch
pointe pokal polizei polka polo polster ponton pony popcorn porree portal posaune position post
prahlen praline praxis preis premiere presse prima prinz privat probe produkt profil prognose
projekt prompt prosa protest provinz prozent prunk publikum pudding pudel puffer pullover puls pult
pumpe punkt purpur putzen puzzle pyramide quadrat quaken quark quasi quelle quer quintett quirl
quittung quiz quote rabe radar radeln radio rahmen rakete ranke ranzen rasant rasch rasen rassel
rast rasur ratgeber rathaus rational raubtier raupe rauschen raute ravioli reaktion realist rebe
rechnen reden redlich redner reederei referat reflex reform regal region regnen rehkitz reigen
reihe reinheit reiz reklame rekord relativ relevant relief rendite rente reporter reptil republik
reserve residenz resonanz respekt retour retten revier revue rezept rhein rhombus rhythmus richtig
riegel riemen riese ring rippe risiko ritter ritual ritze robbe roboter robust rock roggen rohbau
rohrpost roller roman rondell rosa rosine rotation rubin rubrik rucksack ruder rufen rufname ruhig
ruhm ruine rummel rumpf rustikal rutschen saal sache safari sage sahne saison sakko salat salbe
saldo salon salto samen sammeln samowar samstag samt sand sanft sanieren saphir sardine satellit
satire sattel satz sauber saum sauna sausen savanne saxofon schach schere schiff schlaf schmuck
schnee schrank schuh schwan sechs seele seemann segel segler sehen seicht seife seil seite sekunde
selbst sellerie selten semester seminar semmel senden senf senior sensor serie serum sessel setzen
sicher sieben siedlung signal silbe simpel simultan singen sinken sinus sirene sirup sitte skala
skandal skelett skepsis skizze slalom smaragd sobald sockel soda sofa sofern sofort software sogar
sogleich sohle sohn solar solide solo somit sommer sonde sonett sonst sopran sorge sozial spachtel
spagat spalte spanne sparen spaten specht speise sperling spezial spiegel spinat spirale spitze
splitter spontan sport sprache sprechen spross sprung spule spur stabil stachel stadt staffel stahl
stamm standort stapeln stark stativ staub steak stecken stehen stein stelle stets steuer stich
stiefel stift stille stimme stirn stock stoff stolz stopp storch strand strecke strick strom
strudel stube student stufe stuhl stunde substanz sultan super suppe surfen symbol system szene
tabelle tablett tafel tagebuch tagung taifun takt talent talfahrt tamburin tandem tango tanne tanz
tapete tapfer tapir tarif tarnen taste tatsache tatze tauchen taufe taugen taupunkt tausend taxi
team technik teddy teelicht teich teig teint telefon teller tempel tendenz tennis tenor teppich
termin terrasse teuer text theater theke thema therme these thron tiefe tiger tilgen timing tinktur
tinte tipp tisch titan titel toast tochter toilette toleranz tomate tombola topas topf tornado
torte total touren trab tracht trage training traktor traum treffen treiben trend treppe tresor
treten treue triangel trichter trieb trikot triller trinken tritt triumph trocken trog trommel
tropfen trost truhe trumpf tuba tuch tugend tukan tulpe tunnel turban turm turnen tusche tutor
typisch ufer uhrwerk uhrzeit ukulele ulkig ulme ultra umarmen umbau umblick umdrehen umfrage umgang
umgeben umhang umkehr umkreis umlauf umleiten umrahmen umriss umsatz umschlag umsehen umsonst
umtausch umwelt umziehen umzug uniform unikat union unkraut unmut unnahbar unruhe unsicher unten
unweit urahn urban urbild urenkel urform urkraft urkunde urlaub ursache urteil urwald usus utopie
vagabund vakuum vanille variante vase vater vegan vehikel veilchen vene ventil veranda verb verein
vergeben verkauf verlag vernunft vers verwandt veteran video vier villa viola virtuell vision
visuell vitamin vitrine vogel vokal volk volumen voraus vorbild vordach vorerst vorfall vorhang
vorjahr vorlage vormund vorname vorort vorplatz vorrat vorsicht vorteil vorzug votum vulkan waage
wachs wade waffel wagen waggon wagnis wahr wald walfisch walnuss walross walten walzer wappen warm
warte waschen wasser wattwurm weben webstuhl wechsel wecker wedel wehmut wehren weiblich weich wein
weise weizen welken welpe welt wende wenig werben werft werk weste wette wichtel wickeln widder
widmen wieder wiese wille wimmeln wimpel wind winkel winter winzer wirbel wirken wirsing wirt
wissen witz woche wodurch wohin wohl wohnung wolf wolle wonne wortlaut wrack wucht wunsch wurf
wurst wurzel yoga zacke zaghaft zahl zahm zander zange zapfen zappeln zauber zaun zebra zedern
zehntel zeichen zeiger zeisig zelle zelt zement zenit zentrum zeppelin zepter zerlegen zettel zeuge
zicklein ziege ziehen ziel zierlich ziffer zikade zimmer zimt zink zinnober zipfel zirkus zitat
zitrone zittern zivil zoll zone zoologe zopf zorn zucchini zucker zuerst zufall zufluss zugabe
zugleich zugvogel zuhause zukommen zukunft zulage zuletzt zumal zumeist zumutung zunehmen zunft
zuordnen zupacken zupfen zurecht zuruf zurzeit zusage zuschuss zusehen zustand zutat zuteilen
zutritt zuwachs zuwenden zuziehen zwanzig zwar zweck zweig zwerg zwiebel zwilling zwinge zwirn
zwischen zyklus zylinder zypresse
`;

export const WORDS: readonly string[] = TEXT.trim().split(/\s+/);
