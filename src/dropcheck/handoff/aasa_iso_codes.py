"""The codes behind `$(region)` and `$(lang)`: Foundation's isoRegionCodes and isoLanguageCodes.

Foundation takes them from ICU, so these are the regions and languages that ICU 78.2 (CLDR 48.0) names,
without the codes it treats as old spellings of others. Apple's documentation gives `UK` as an example of a
region; Foundation has `GB` only, and so has this list. Foundation's list changes a little between releases.
"""

_REGIONS = """
AC AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV
BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CU CV CW CX CY CZ DE DG DJ DK DM DO DZ EA EC EE EG
EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU
IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU
LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR
NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
SN SO SR SS ST SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE
VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""

_LANGUAGES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz
ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik
io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml
mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc
sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve
vi vo wa wo xh yi yo za zh zu
ace ach ada ady aeb afh agq ain ajt aju akk akz ale aln alt ang ann anp arc arn aro arp arq ars arw ary
arz asa ase ast atj avk awa bal ban bar bas bax bbc bbj bcc bcl bej bem bew bez bfd bfq bgc bgn bho bih
bik bin bjn bkm bla blg blo blt bpy bqi bra brh brx bss bua bug bum bxk bxr byn byv cad car cay cch ccp
ceb cgg chb chg chk chm chn cho chp chr chy cic ckb clc cld cop cps crg crh crj crk crl crm crr crs csb
csw dak dar dav del den dgo dgr dhd dik din diq dje doi dsb dtp dua dum dyo dyu dzg ebu efi egl egy eka
elx emk enm esu ewo ext fan fil fit fon frc frm fro frp frr frs fur gaa gag gan gay gba gbo gbz gez gil
glk gmh gno goh gom gon gor got grb grc gsw guc gur guz gwi gya hai hak haw hax hdn hea hif hil hit hmn
hnj hsb hsn hup hur iba ibb ikt ilo inh izh jam jbo jgo jmc jpr jrb jut kaa kab kac kaj kam kaw kbd kbl
kcg kde kea kek ken kfo kgp kha kho khq khw kiu kkj kln kmb koi kok kos kpe krc kri krj krl kru ksb ksf
ksh ktr kum kut kwk kxl kxv kzj kzt lad lag lah lam lez lfn lij lil liv lkt lmo lol lou loz lrc lsm ltg
lua lui lun luo lus luy lzh lzz mad maf mag mai mak man mas mde mdf mdr men mer mfe mga mgh mgo mhr mic
min mnc mni moe moh mos mrj mua mul mup mus mwl mwr mwv mye myv mzn nan nap naq nds new nia niu njo nmg
nnh nog non nov nqo nso nus nwc nym nyn nyo nzi ojb ojc ojs ojw oka osa ota pag pal pam pap pau pcd pcm
pdc pdt peo pfl phn pis pmk pms pnb pnt pon pqm prg pro quc qug raj rap rar rgn rhg rif rmy rof rom rtm
rue rug rup rwk sad sah sam saq sas sat saz sba sbp scn sco sdc sdh see seh sei sel ses sga sgs shi shn
shu sid slh sli sly sma smd smj smn sms snb snk sog spy srn srr ssy stq str suk sus sux swb syc syr szl
tce tcy tdu tem teo ter tet tgl tgx tht tig tiv tkl tkr tlh tli tly tmh tog tok tpi tru trv trw tsd tsi
ttm ttq ttt tum tvl twq tyv tzm udm uga umb umu vai vec vep vls vmf vmw vot vro vun wae wal war was wbp
wuu xal xmf xnr xog xpe xsl yao yap yav ybb yrl yue zai zap zbl zea zen zgh zun zxx zza
"""

REGION_CODES: tuple[str, ...] = tuple(_REGIONS.split())
"""ISO 3166-1 alpha-2 codes and the few that ICU adds."""

LANGUAGE_CODES: tuple[str, ...] = tuple(_LANGUAGES.split())
"""ISO 639-1 codes, and three-letter codes of languages that have no two-letter one."""
