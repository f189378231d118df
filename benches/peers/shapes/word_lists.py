"""The words that names and addresses are made of: own lists, which names.py and addresses.py join with those of Faker.

What always holds: the order of a list is its popularity, the most frequent first; the order also decides what a seed draws, so new words go
to the end.
"""

BRITISH_MEN = """
Oliver George Harry Noah Jack Leo Arthur Muhammad Oscar Charlie Jacob Thomas Henry William Alfie Theo Archie Joshua Freddie James
Alexander Ethan Isaac Joseph Edward Samuel Max Logan Lucas Daniel Theodore Mohammed Harrison Benjamin Mason Finley Sebastian Adam Dylan
Zachary Riley Teddy David Toby Reggie Louie Tommy Jude Michael John Paul Mark Andrew Stephen Steven Peter Richard Robert Christopher
Simon Anthony Kevin Gary Ian Alan Brian Colin Keith Graham Trevor Derek Roger Barry Raymond Kenneth Ronald Dennis Leslie Stanley Frank
Ernest Albert Fred Walter Sidney Reginald Lee Darren Jason Wayne Craig Stuart Neil Nigel Martin Philip Matthew Jonathan Nicholas Timothy
Russell Shaun Sean Carl Dean Scott Ryan Liam Connor Kieran Callum Jordan Aaron Luke Nathan Bradley Kyle Reece Ashley Lewis Cameron Owen
Rhys Ellis Kai Tyler Jayden Kayden Brandon Corey Declan Ewan Fergus Gareth Gethin Hamish Iain Rory Ruairi Callan Patrick Dominic Adrian
Damian Rupert Hugo Barnaby Giles Jeremy Clive Desmond Neville Maurice Cyril Horace
""".split()

BRITISH_WOMEN = """
Olivia Amelia Isla Ava Mia Ivy Lily Isabella Rosie Sophia Grace Willow Freya Florence Emily Ella Poppy Evie Elsie Charlotte Evelyn
Sienna Sofia Daisy Phoebe Sophie Alice Harper Matilda Ruby Emma Maya Millie Isabelle Eva Luna Jessica Ada Aria Arabella Maisie Esme
Eliza Penelope Bonnie Chloe Mila Violet Hallie Scarlett Layla Imogen Eleanor Molly Erin Margaret Susan Linda Christine Patricia Jean
Barbara Sheila Maureen Brenda Pauline Carol Janet Ann Anne Anna Mary Elizabeth Catherine Katherine Kathryn Kathleen Joan Doreen Joyce
Dorothy Marjorie Edna Hilda Irene Vera Gladys Winifred Beryl Sylvia Julie Karen Jacqueline Deborah Tracey Tracy Sharon Alison Helen Jane
Sarah Sara Nicola Joanne Michelle Amanda Lisa Claire Clare Samantha Donna Angela Wendy Dawn Lorraine Sandra Diane Gillian Lesley Lynn
Lynne Rachel Rebecca Laura Emma Kelly Louise Natalie Victoria Gemma Stacey Leanne Kirsty Hayley Lauren Amy Hannah Charlene Jade Kayleigh
Shannon Bethany Megan Abigail Georgia Paige Courtney Caitlin Niamh Siobhan Sinead Aoife Rhiannon Bronwen Cerys Ffion Heather Fiona Morag
Shona Leah Lucy Libby Holly Zoe Tara Kerry Marie Rosemary Hazel Teresa Theresa Frances Josephine Philippa Harriet Beatrice Martha Edith
Nancy Peggy Olive Mabel Ethel Nellie Tiffany Chelsea Chanelle Kaylee Lacey Lexi
""".split()

BRITISH_SURNAMES = """
Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood Jackson
Clarke Patel Khan Lewis James Phillips Harris Martin Turner Cooper Edwards Ward Hill Moore Clark Harrison Scott Young Morris Hughes
Allen Mitchell King Baker Watson Bell Cook Richardson Shaw Bailey Miller Lee Marshall Carter Simpson Price Ellis Adams Bennett Gray
Kelly Murphy Anderson Collins Cox Rogers Chapman Parker Stevens Webb Mills Barker Holmes Lloyd Matthews Fisher Knight Palmer Butler
Russell Barnes Graham Jenkins Fletcher Pearson Dixon Hunt Foster Reid Murray Stewart Campbell Kennedy Gibson Owen Fox Hart Andrews Mason
Day Lane Payne Grant Ford Burton Spencer Gill Hudson Harvey Perry Carr Cole Ross Dean West Newman Booth Lawrence Warren Bates Bird
Gardner Long May Cross Nicholson O'Brien O'Connor O'Neill O'Sullivan O'Reilly McDonald MacDonald McCarthy McKenzie MacKenzie McLean
McGrath D'Arcy Fitzgerald St.John
""".split()

POLISH_MEN = """
Piotr Krzysztof Andrzej Tomasz Jan Paweł Michał Marcin Stanisław Jakub Adam Marek Łukasz Grzegorz Mateusz Wojciech Mariusz Dariusz
Zbigniew Jerzy Maciej Rafał Robert Kamil Jacek Dawid Szymon Kacper Bartosz Sławomir Jarosław Przemysław Filip Antoni Aleksander
Franciszek Mikołaj Oskar Patryk Dominik Radosław Sebastian Zdzisław
""".split()

POLISH_WOMEN = """
Anna Katarzyna Maria Małgorzata Agnieszka Barbara Ewa Krystyna Magdalena Elżbieta Joanna Aleksandra Zofia Monika Natalia Teresa Danuta
Julia Karolina Beata Dorota Marta Paulina Justyna Izabela Iwona Sylwia Zuzanna Oliwia Wiktoria Maja Lena Hanna Amelia Alicja Bożena
Renata Kinga Weronika Dominika Jadwiga Urszula Grażyna
""".split()

POLISH_SURNAMES = """
Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski Mazur
Wojciechowski Kwiatkowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Michalski Król Wieczorek Jabłoński Wróbel Nowakowski
Majewski Olszewski Stępień Malinowski Jaworski Adamczyk Dudek Nowicki Pawlak Górski Witkowski Walczak Sikora Baran Rutkowski Michalak
Szewczyk Ostrowski Tomaszewski Pietrzak Zalewski Wróblewski Marciniak Jasiński Zawadzki Bąk Jakubowski Sadowski Duda Włodarczyk Wilk
Chmielewski Borkowski Sokołowski Szczepański Sawicki Kucharski Lis Maciejewski Kubiak Kalinowski Mazurek Wysocki Kołodziej Kaźmierczak
Czarnecki Sobczak Konieczny Urbański Głowacki Wasilewski Sikorski Zakrzewski Krajewski Gajewski Laskowski Ziółkowski Szulc Makowski
Brzeziński Przybylski Baranowski Szymczak Cieślak Gołębiowski Zych
""".split()

LITHUANIAN_MEN = """
Tomas Lukas Mantas Darius Jonas Vytautas Andrius Mindaugas Rokas Žygimantas Arūnas Gintaras Saulius Rimantas Kęstutis Marius Paulius
Deividas Edgaras Šarūnas
""".split()

LITHUANIAN_WOMEN = """
Rasa Daiva Jurgita Eglė Živilė Kristina Inga Rūta Gintarė Aušra Ieva Neringa Lina Vaida Simona Agnė Ugnė Gabija Emilija Jolanta
""".split()

LITHUANIAN_SURNAMES = """
Kazlauskas Jankauskas Petrauskas Stankevičius Vasiliauskas Žukauskas Butkus Paulauskas Urbonas Kavaliauskas Navickas Šimkus Balčiūnas
Sakalauskas Ramanauskas Pocius Mockus Žilinskas Mikalauskas Černiauskas
""".split()

ROMANIAN_MEN = """
Andrei Alexandru Ionuț Mihai Ștefan Gheorghe Ion Vasile Constantin Florin Cristian Marius Adrian Bogdan Cătălin Răzvan Dănuț Nicolae
Gabriel Lucian
""".split()

ROMANIAN_WOMEN = """
Maria Elena Ana Ioana Andreea Mihaela Alexandra Cristina Daniela Alina Ștefania Gabriela Mădălina Roxana Simona Florentina Georgiana
Nicoleta Raluca Bianca
""".split()

ROMANIAN_SURNAMES = """
Popescu Ionescu Popa Radu Dumitru Stan Stoica Gheorghe Matei Ciobanu Constantin Rusu Șerban Țurcanu Munteanu Moldovan Lungu Dobre Sandu
Barbu Nistor Florea Enache Dinu Tudor Coman Marin Ilie Vasile Dragomir Neagu Călinescu Mureșan Bălan Pârvu
""".split()

PORTUGUESE_MEN = """
João José António Manuel Luís Pedro Carlos Paulo Rui Miguel Tiago André Nuno Ricardo Gonçalo Rafael Diogo Fernando Jorge Sérgio
""".split()

PORTUGUESE_WOMEN = """
Maria Ana Inês Beatriz Mariana Leonor Sofia Catarina Joana Margarida Rita Carla Sandra Paula Conceição Fátima Lurdes Helena Marta
Cláudia
""".split()

PORTUGUESE_SURNAMES = """
Silva Santos Ferreira Pereira Oliveira Costa Rodrigues Martins Jesus Sousa Fernandes Gonçalves Gomes Lopes Marques Alves Almeida Ribeiro
Pinto Carvalho Teixeira Moreira Correia Mendes Nunes Soares Vieira Monteiro Cardoso Rocha
""".split()

MUSLIM_MEN = """
Muhammad Ahmed Ali Hassan Hussain Imran Abdul Omar Yusuf Ibrahim Bilal Hamza Usman Zain Tariq Khalid Rashid Shahid Asif Nadeem Faisal
Kashif Adnan Irfan Waqas Zubair Haroon Ismail Idris Mustafa Amir Salman Junaid Abdullah Abdur Syed Iqbal Javed Arshad Zahid Naveed Sajid
Rizwan Shoaib Mahmood Aslam Akhtar Farooq Anwar Shafiq
""".split()

MUSLIM_WOMEN = """
Fatima Aisha Maryam Zainab Khadija Amina Sana Nadia Saima Rukhsana Shazia Nasreen Parveen Shabana Farzana Samina Noreen Razia Sadia
Hafsa Sumaya Safiya Asma Hina Rabia Bushra Tahira Yasmin Zahra Halima Sultana Rehana Naseem Shamim Kulsum Rahima Hasina Momtaz Nazma
Ruksana
""".split()

MUSLIM_SURNAMES = """
Khan Hussain Ahmed Ali Begum Akhtar Mahmood Bibi Shah Malik Iqbal Uddin Rahman Miah Choudhury Islam Mohammed Sheikh Hassan Khatun Mirza
Butt Rashid Raja Aziz Siddiqui Qureshi Bhatti Ansari Hashmi Javed Parveen Kauser Rafiq Saleem Yousaf Zaman Haque Hoque Kabir Alam Khanom
""".split()

SIKH_MEN = """
Gurpreet Harpreet Manpreet Jaspreet Sukhdev Baljit Harjit Amarjit Ranjit Kulwinder Jaswinder Balwinder Gurdeep Hardeep Mandeep Sandeep
Paramjit Surjit Manjit Rajinder Inderjit Amandeep Navdeep Tejinder Lakhbir
""".split()

SIKH_WOMEN = """
Gurpreet Harpreet Manpreet Jaspreet Baljit Harjit Amarjit Ranjit Kulwinder Jaswinder Balwinder Mandeep Sandeep Paramjit Surjit Manjit
Rajinder Simran Kiran Amandeep Navdeep Satwinder Parminder Sukhwinder Jasleen
""".split()

SIKH_SURNAMES = "Singh Kaur Gill Dhillon Sidhu Sandhu Grewal Dhaliwal Bains Johal Sahota Uppal Virk Atwal".split()

AFRICAN_SURNAMES = """
Adeyemi Okafor Okonkwo Adebayo Ogunleye Balogun Mensah Owusu Boateng Asante Osei Appiah Nkrumah Eze Chukwu Nwosu Ibrahim Mohamed Abdi
Hassan Warsame Moyo Ndlovu Dube Sibanda Ncube Banda Phiri Tesfaye Bekele
""".split()

CHINESE_SURNAMES = "Wang Li Zhang Liu Chen Yang Huang Zhao Wu Zhou Xu Sun Ma Lin Wong Chan Cheung Lam Ho Ng Leung Lau Tang Yip".split()

# Beginnings and ends of made surnames: a country has more surnames than any list.
ENGLISH_STEMS = """
Ash Apple Bar Beck Bent Birch Black Blen Bol Brad Bran Brom Broad Burn Cal Car Chad Chat Clay Clif Cold Cran Craw Crow Dal Den Dray Dun
East Ed Ell Ever Fair Far Fen Fox Gar Glen God Gold Gran Green Grim Hack Had Hal Ham Har Hart Hasel Hay Heath Hed Hemp Hol Horn Hough
Hux Kel Ken King Kirk Lam Lang Law Lea Led Len Lin Lock Long Lud Mal Mar May Mel Mid Mil Mor Nether New Nor Oak Old Or Ox Pad Park Pem
Pen Pick Pres Rad Raven Red Rem Rod Row Rush San Scar Sed Shaw Shel Sher Ship Sil Skel Stan Stap Stock Strat Sut Swin Tat Thorn Thur Til
Tox Up Wal War Wat Web Wel West Whit Wic Win With Wood Wool Wor Wy York
""".split()

ENGLISH_ENDS = """
ton ley ham worth field ford by thorpe wood well combe stead bourne brook bury bridge croft dale den hurst land man more sey shaw son
wick water way stone house
""".split()

POLISH_STEMS = """
Adam Bed Bor Bob Bron Buk Chmiel Czar Dob Dom Drz Fal Gaw Gol Gor Grab Hal Jab Jan Jar Jas Kal Kar Kas Kłos Kos Kow Kraj Kub Kul Lang
Las Leś Lip Łuk Mac Maj Mal Mar Mich Mor Mus Nik Now Ols Or Os Paw Piet Pod Rad Rog Rom Rud Rus Sad Sob Sok Stan Stef Suc Szcz Szym Tom
Trz Urb Wal Was Wes Wier Wol Woj Zab Zag Zal Zar Zaw Ziel Żur
""".split()

POLISH_ENDS = "owski czyk ak ek owicz ewski iński asiński as alski ucki".split()

LITHUANIAN_STEMS = """
Bal Ber Bud Dam Gud Jan Jon Jur Kaz Kir Laur Mac Mar Mat Mik Nor Pau Pet Rad Ram Sab Sen Sim Stan Tam Urb Vait Val Vas Vit Zal Zem
""".split()

LITHUANIAN_ENDS = "auskas onis ūnas evičius aitis kus utis ėnas".split()

ROMANIAN_STEMS = """
Albu Andro Anton Ard Bal Barb Bog Bota Buz Cal Chir Cioc Con Cris Dan Dia Drag Dum Fil Flor Gav Geor Grig Ian Il Laz Luc Man Mar Mih Min
Mol Nic Oan Oprea Pet Pop Rad Ros Sim Sto Tan Tod Vas Vlad Zam
""".split()

ROMANIAN_ENDS = "escu eanu aru iu oiu".split()

CHINESE_STEMS = "Wei Xiao Ming Mei Hui Jing Yan Li Na Fang Xin Yi Ting Yuk Siu Ka Wing Kwok Chi Hoi Jun Tao Hao Lei".split()

CHINESE_ENDS = ["", "-Ling", "-Ming", "-Wai", "-Keung", "-Yan", "-Hua", "-Fang", "-Jie", "-Ying", "bo", "yang", "wei", "fei"]

# Spellings of one name.
SPELLINGS = """
Muhammad,Mohammed,Mohammad,Muhammed,Mohamed,Mohamad,Mohd,Md,Mohammod,Mahammad Ahmed,Ahmad,Ahmet,Ahamed
Hussain,Hussein,Husain,Hossain,Hussien,Hussian Begum,Begam,Bagum,Begom Khatun,Khatoon,Katun
Choudhury,Chowdhury,Chaudhry,Choudhary,Chaudhary,Choudhry,Chowdury Sheikh,Shaikh,Shaik,Sheik,Shekh Rahman,Rehman,Rahaman,Rohman
Uddin,Udin,Ud-Din,Uddeen Aisha,Ayesha,Aysha,Aishah,Ayisha,Aesha Fatima,Fatema,Fathima,Fatimah,Fatma
Yusuf,Yousuf,Yousef,Yusef,Yousaf,Yusuff Ibrahim,Ebrahim,Ibraheem,Ebraheem Omar,Umar,Umer,Omer Abdullah,Abdulla,Abdallah,Abdulah
Hassan,Hasan,Hassen Syed,Sayed,Sayyid,Saiyed Zainab,Zaynab,Zeinab,Zainub Khadija,Khadijah,Khadeeja,Kadija
Maryam,Mariam,Mariyam,Miriam,Meryem Kaur,Kour,Kuar Singh,Sing,Sinh Gurpreet,Gurprit,Gurpret Harpreet,Harprit Manpreet,Manprit
Jaspreet,Jasprit Nasreen,Nasrin,Nazreen,Nasrine Parveen,Parvin,Perveen,Parvine Rukhsana,Ruksana,Rokhsana,Roksana Islam,Eslam
Miah,Mia,Meah,Miya Siddiqui,Siddique,Siddiqi,Siddiquee Qureshi,Qureishi,Kureshi Haque,Hoque,Huq,Haq Mahmood,Mahmud,Mehmood,Mahmoud
Khalid,Khaled,Khalead Usman,Uthman,Osman,Othman Yasmin,Yasmeen,Jasmin,Yasmine Bilal,Belal Tariq,Tarek,Tareq,Tarik Iqbal,Ikbal,Eqbal
Javed,Javaid,Jawed,Javeed Farooq,Faruk,Faruq,Farooque Nadeem,Nadim Sultana,Sultanah Shah,Sha Malik,Malek,Mallick Khanom,Khanum,Khanam
Rashid,Rasheed,Rashed Aziz,Azeez Saleem,Salim Akhtar,Akther,Akter,Aktar Stephen,Steven Philip,Phillip
Catherine,Katherine,Kathryn,Katharine Sarah,Sara Claire,Clare,Clair Tracey,Tracy Alan,Allan,Allen Jonathan,Johnathan,Jonathon
Geoffrey,Jeffrey Clarke,Clark Davies,Davis Thompson,Thomson,Tomson Stewart,Stuart Reid,Reed,Read Philips,Phillips Nicholson,Nicolson
Shaun,Sean,Shawn Ann,Anne Lesley,Leslie McDonald,MacDonald,Macdonald,McDonnald McKenzie,MacKenzie Niamh,Neve,Niav
Siobhan,Shivaun,Shevaun Kieran,Ciaran,Kieron Aaron,Arron,Aron Reece,Rhys,Rees Callum,Calum Connor,Conor,Conner
Kayleigh,Kaylee,Kayley,Keighley Isabella,Izabella Sofia,Sophia
""".split()

# Names and what their bearers are called; for Polish names also what English ears make of them.
NICKNAMES = """
Christopher:Chris,Topher Thomas:Tom,Tommy Robert:Rob,Bob,Bobby,Robbie William:Will,Bill,Billy,Liam Richard:Rick,Dick,Richie
James:Jim,Jimmy,Jamie Joseph:Joe,Joey Michael:Mike,Mick,Mikey Anthony:Tony,Ant Andrew:Andy,Drew Daniel:Dan,Danny Matthew:Matt
Joshua:Josh Samuel:Sam,Sammy Benjamin:Ben,Benji Alexander:Alex,Sandy,Xander Edward:Ed,Ted,Eddie,Teddy Charles:Charlie,Chas Henry:Harry
John:Jack,Johnny Stephen:Steve Steven:Steve Peter:Pete Nicholas:Nick,Nicky Timothy:Tim Jonathan:Jon,Jonny Philip:Phil Kenneth:Ken,Kenny
Ronald:Ron,Ronnie Frederick:Fred,Freddie Albert:Bert,Bertie,Al Leonard:Len,Lenny Gregory:Greg Patrick:Paddy,Pat Lawrence:Larry
Zachary:Zac,Zak Harrison:Harry Theodore:Theo,Teddy Reginald:Reg,Reggie Archibald:Archie Elizabeth:Liz,Beth,Lizzie,Betty,Libby,Eliza
Margaret:Maggie,Peggy,Meg,Marge Catherine:Cath,Cathy,Kate,Katie Katherine:Kath,Kathy,Kate,Katie Kathryn:Kath,Kate Kathleen:Kath,Kathy
Susan:Sue,Susie Patricia:Pat,Trish,Patsy Christine:Chris,Chrissie Jennifer:Jen,Jenny Rebecca:Becky,Becca Victoria:Vicky,Tori
Samantha:Sam Jessica:Jess,Jessie Abigail:Abi,Abbie,Gail Deborah:Debbie,Debs Jacqueline:Jackie Amanda:Mandy Alexandra:Alex,Sandra,Lexi
Charlotte:Charlie,Lottie Isabella:Bella,Izzy Isabelle:Izzy,Belle Emily:Em,Emmie,Millie Eleanor:Ellie,Nell,Nora Olivia:Liv,Livvy
Amelia:Millie,Amy Matilda:Tilly Florence:Flo,Flossie Barbara:Babs,Barb Dorothy:Dot,Dottie Pamela:Pam Josephine:Jo,Josie Joanne:Jo
Natalie:Nat Nicola:Nicky,Nic Philippa:Pippa Frances:Fran Gillian:Gill,Jill Winifred:Win,Winnie Penelope:Penny Harriet:Hattie
Georgia:George,Georgie Bethany:Beth Megan:Meg Theresa:Terri,Tess Lesley:Les Małgorzata:Gosia,Margaret Katarzyna:Kasia,Kate
Agnieszka:Aga,Agnes Aleksandra:Ola,Alexandra Krzysztof:Chris,Krzysiek Piotr:Peter Paweł:Paul,Pawel Michał:Michael,Mike Tomasz:Tom,Tomek
Wojciech:Wojtek,Adalbert Łukasz:Lukas,Luke Jakub:Kuba,Jacob Andrzej:Andrew,Andy Grzegorz:Greg Elżbieta:Ela,Elizabeth Magdalena:Magda
Joanna:Asia,Joanne Bartosz:Bartek Mateusz:Matt,Matthew Zofia:Zosia,Sophie Ștefan:Stephen Mihai:Michael Ionuț:John João:John,Joao
José:Joe Pedro:Peter Małgorzata:Gosia Ewa:Eva Jan:John Jerzy:George Zbigniew:Zbyszek Stanisław:Staszek,Stan Mohammed:Mo Muhammad:Mo
Gurpreet:Guri Harpreet:Harry,Harps
""".split()

STREETS = """
High Station Church Victoria Mill School North South Park Queen King George Albert Manor Grange Meadow Orchard Willow Chestnut Sycamore
Lime Elm Oak Cedar Beech Hawthorn Rose Primrose Bluebell Kingfisher Heron Nelson Wellington Churchill Gladstone Windsor Balmoral
Sandringham Spring Springfield Priory Abbey Vicarage Rectory Chapel Bridge Canal River Lakeside Moor Common Fen Drove Bank Marsh Sluice
Cowbit Pinfold Tennyson Wordsworth Byron Keats Shelley Milton Cromwell Stuart Tudor Lancaster York Lincoln Durham Exeter Wells Ely
Norfolk Suffolk Essex Kent Surrey Devon Cornwall Dorset Somerset Avon Severn Thames Trent Humber Tyne Tees
""".split()

TOWNS = """
Stowbridge Harnworth Pelby Calderwick Marfield Easingthorpe Wyndale Ottercombe Longbury Kelsham Fenwick Rothley
""".split()

HOUSES = """
Rose Cottage, The Old Rectory, Orchard House, Fairview, The Willows, Holly Lodge, Ivy Cottage, Mill House, Woodlands, Lyndale, The
Bungalow, Sunnyside, Greenacres, Hillcrest, Oakdene
""".replace("\n", " ").strip().split(", ")

# Kinds of streets: how often, and how they are shortened.
STREET_KINDS = {
    "Street": (18, ["St", "St.", "Str"]),
    "Road": (22, ["Rd", "Rd."]),
    "Avenue": (12, ["Ave", "Av", "Avn"]),
    "Close": (13, ["Cl", "Clo"]),
    "Lane": (8, ["Ln", "La"]),
    "Drive": (9, ["Dr", "Drv"]),
    "Way": (4, ["Wy"]),
    "Crescent": (5, ["Cres", "Cresc"]),
    "Court": (4, ["Ct", "Crt"]),
    "Gardens": (4, ["Gdns", "Gdn"]),
    "Place": (3, ["Pl"]),
    "Terrace": (3, ["Terr", "Ter"]),
    "Grove": (2, ["Gr", "Grv"]),
    "Walk": (2, ["Wlk"]),
    "Rise": (1, ["Rise"]),
    "Hill": (1, ["Hl"]),
}
