/** Short common English words, each once: with five of them a password has more than 50 bits. */
export const WORDS: readonly string[] = `
  able about above acid acorn across act active actor add adult after again age agree ahead aim air alarm album alert
  alike alive alley allow almond almost alone along already also always amber amount anchor angle animal ankle annual
  answer ant anvil any apart apple april apron arch arctic area arena argue arm armor army around arrive arrow art
  artist ash aside ask aspen atlas atom attic august aunt author autumn avenue avoid awake award away awful axis axle
  baby back bacon badge bag bake bakery balance balcony ball balloon bamboo banana band bank banner bar barber bark
  barley barn barrel base basil basin basket bat bath battery bay beach beacon bead beak beam bean bear beard beat
  beauty beaver become bed bee beech beef beet before begin behind bell belong below belt bench bend berry best better
  beyond bicycle big bike bird birth biscuit bison bit bitter black blade blank blanket blaze blend blink block bloom
  blossom blow blue blunt board boat body boil bold bolt bone bonus book boost boot border borrow boss both bottle
  bottom bounce bow bowl box boy brain brake branch brand brass brave bread break breath breeze brick bridge brief
  bright bring broad broken bronze broom brother brown brush bubble bucket buckle bud buffalo build bulb bull bumper
  bundle burn burst bus bush busy butter button buy buzz cabbage cabin cable cactus cake call calm camel camera camp
  can canal candle candy cane canoe canvas canyon cap cape captain car caramel carbon card care cargo carpet carrot
  carry cart carve case cash castle cat catch cattle cause cave cedar ceiling celery cell cement center cereal chain
  chair chalk chance change channel chapter charge charm chart chase cheap check cheek cheer cheese chef cherry chess
  chest chew chicken chief child chill chimney chin chip choice choose chorus cider cinema circle circus city civil
  claim clam clap class claw clay clean clear clerk clever click cliff climb clock close cloth cloud clover clown club
  clue coach coal coast coat cobra cocoa coconut code coffee coil coin cold collar color comb come comet comfort
  common compass concert cook cookie cool copper copy coral cord core cork corn corner cosmic cost cotton couch cough
  count country couple course cousin cover cow crab cradle craft crane crater crawl crayon cream creek crew cricket
  crisp crop cross crowd crown cruise crumb crust crystal cube cup curious curl current curtain curve cushion custom
  cut cycle daily dairy daisy dance danger dark dart dash date dawn day deal dear debate decide deck deep deer define
  delay delta dentist depth desert design desk dessert detail dew dial diamond diary dice diet dig digital dinner dip
  direct dish distant ditch dive divide dock doctor dog doll dolphin domain donkey door dot double dough dove down
  dozen draft dragon drama draw drawer dream dress drift drill drink drive drop drum dry duck due duet dull dune
  during dust dusty duty dwarf each eager eagle ear early earn earth easel easily east easy eat echo edge edit effort
  egg eight either elbow elder elect elegant element elk elm embark ember emerald empty end endless energy engine
  enjoy enough enter entire entry envoy equal era errand essay even evening event ever every exact example exist exit
  expand expert extra eye fable fabric face fact factory fade fair fairy faith falcon fall family famous fan fancy far
  farm farmer fast father faucet feast feather feed feel fence fern ferry fetch fever few fiber field fiery fifteen
  fifty fig figure file fill film filter final find fine finger finish fir fire firm first fish fit five fix flag
  flame flash flat flavor fleet flight flint float flock floor flour flow flower fluffy flute fly foam focus fog fold
  folk follow food foot forest forget fork form fort forty forum forward fossil found four fox frame free freedom
  fresh friday fridge friend frog front frost frosty frozen fruit fuel full fun funny fur future gadget gain galaxy
  gallery gallon game gap garage garden garlic gas gate gather gauge gecko gem gentle genuine ghost giant gift giggle
  ginger giraffe give glacier glad glance glass glide glimpse globe glory glove glow glue goat gold golden good goose
  gossip grace grain grand granite grape graph grass gravel gravity gray great green grid grill grin grip grocery
  ground group grove grow guard guess guest guide guitar gulf gum gust gym habit hair half hall hammer hammock hand
  handle happy harbor hard harvest hat hatch have hawk hazel head health heap hear heart heat heavy hedge heel height
  helmet help hen herb hero heron hidden high hike hill hint hip hire history hobby hockey hold hole holiday hollow
  honest honey hood hook hop hope horizon horn horse host hot hotel hour house hover huge human humble humor hundred
  hungry hurry husky hut hybrid ice icicle icon idea ideal idle igloo image improve inch include indoor ink inner
  insect inside invite iris iron island itch item ivory ivy jacket jaguar jam january jar jasmine jaw jazz jeans jelly
  jewel job jog join joke jolly journal journey joy judge juice juicy july jump june jungle junior juniper just kayak
  keen keep kernel kettle key kid kidney kind king kiosk kitchen kite kitten kiwi knee knife knit knob knock knot know
  koala label lace ladder lady ladybug lake lamb lamp land lane lantern large laser last late laugh laundry lava lawn
  layer lazy leaf learn leather leave lecture left leg legend lemon lend length lens lentil leopard lesson letter
  lettuce level lever library lid lift light like lilac lily lime limit line linen lion lip liquid list listen little
  live lively lizard llama load loaf lobby lobster local lock log logic lonely long look loop lotus loud lounge love
  low loyal lucky lumber lunar lunch lung luxury lyric machine magic magnet maid mail main major make mammal man mango
  map maple marble march margin marine mark market maroon mask master match math matter maximum may maze meadow meal
  mean measure medal meet mellow melody melon member memory mend menu mercy merry mesh metal meteor middle mild mile
  milk mill mind mineral minor mint minute mirror mist misty mitten mix mixture mobile model modern moment monday
  money monkey month moon moose more morning moss moth mother motion motor mount mouse mouth move movie much muffin
  mug mule muscle museum music must mustard mystery myth name napkin narrow nation native nature navy near neat neck
  needle nephew nerve nest net neutral never new news next nice nickel niece night nine noble noise noodle noon normal
  north nose note nothing notice novel now number nurse nut nutmeg oak oasis oat object ocean october odd offer office
  often oil olive omelet once one onion only onward open opera opinion option orange orbit orchard order organ origin
  osprey ostrich other otter ounce outdoor outer outside oval oven over owl own owner oxygen oyster pace pack paddle
  page paint pair palace palm panda panel panther pants papaya paper parade parcel parent park parrot part party pass
  pasta paste pastry patch path patient pattern pause paw pay pea peace peach peak peanut pear pearl pebble pecan
  pedal pelican pen pencil penguin people pepper perfect perfume person pet petal phone photo phrase piano pick pickle
  picnic picture pie piece pig pigeon pillow pilot pine pink pint pioneer pipe pirate pitch pizza place plain plan
  planet plant plastic plate play plaza please plenty plot plum plus pocket poem poet point polar pole police polish
  polite pond pony pool popcorn poppy porch port portal possum post pot potato pottery pouch powder power prairie
  present press pretty price pride prince print prism private prize problem profit program project promise proof
  proper proud public pudding pull pulse pumpkin punch pupil puppet puppy pure purple purse push puzzle pyramid quail
  quality quarry quarter quartz queen quest quick quiet quill quilt quince quite quiz quota rabbit raccoon race radar
  radio radish raft rail rain rainbow raisin ramp ranch random range rapid rare raven raw ray razor reach read ready
  real rebel recall receipt recipe record red reef refresh region relax relay remain remedy remind remote rent repair
  repeat reply report rescue resort rest result return reveal reward rhyme rhythm ribbon rice rich riddle ride ridge
  right ring ripe ripple rise river road roast robin robot rock rocket role roll roof rookie room root rope rose
  rotate rough round route row royal rubber ruby rug rule run runway rural rush rust rustic sack saddle safari safe
  saffron sail salad salmon salt same sample sand sandal satin sauce sausage save scale scarf scene scenic school
  science scout screen scroll sea seal search season seat second secret seed select send senior sense series seven
  shade shadow shaft shape share shark sharp sheep sheet shelf shell shelter sherbet shield shift shine shiny ship
  shirt shoe shop shore short shout shovel show shower shrimp shrub shy side sign signal silence silent silk silly
  silver simple since sing singer single sister six size skate sketch ski skill skin skirt sky sleep sleeve slice
  slide slim slope slow small smart smile smoke smooth snack snail snake snow snowy soap soccer social sock soda sofa
  soft soil solar soldier solid solo solve song sonnet soon sound soup source south space spare spark sparrow speak
  special speed spell spend sphere spice spicy spider spiral spirit splash sponge spoon sport spot spray spread spring
  spruce square squash squid stable stadium staff stage stair stamp stand star start state station statue stay steam
  steel stem step stereo stick still sting stir stitch stone stool stop storm story stove strange straw stream street
  stretch strike string strong student studio study style subject sudden sugar suit summer sun sunday sunny sunset
  supper supply sure surf surface swallow swamp swan sweater sweet swift swim swing switch sword symbol syrup system
  table tablet tail talent talk tall tango tape target tart task taste taxi tea teach team teapot tease tell temple
  ten tennis tent term test text thank theater theme theory thick thimble thing think third thirty thistle thorn
  thread three throne through thumb thunder ticket tide tidy tiger tile timber time tin tiny tip tire title toast
  today toe toffee token tomato tone tongue tonight tool tooth topic torch tornado total totem toucan touch tour
  toward towel tower town toy track trade traffic trail train travel tray tree trend tribe trick trip trolley trophy
  tropic trout truck true trumpet trunk trust truth try tube tuesday tulip tuna tundra tunnel turkey turn turnip
  turtle tutor twelve twenty twice twig twin twist two type umpire uncle under unicorn uniform unique unit united
  until unusual upper upward urban urchin use useful usual vacant vacuum valid valley value van vanilla vapor various
  vase vast vault velvet vendor venture verb verse very vessel vest video view village vine vintage vinyl violet
  violin virtue visit visitor vital vivid vocal voice volcano volume vote vowel voyage waffle wagon waist wait wake
  walk wall wallet walnut walrus wander want warm wash wasp watch water wave wax way wealth wear weather weave web
  wedding week weekend welcome well west wet whale wheat wheel whip whisper whistle white whole wide widget wild
  willow win wind window wing winner winter wire wisdom wise wish witness wolf woman wombat wonder wood wooden wool
  word work worker world worth wrap wren wrist write writer yacht yard yarn year yeast yellow yes yeti yoga yogurt
  young youth zebra zero zest zigzag zinc zipper zone zoo
`
  .trim()
  .split(/\s+/);
