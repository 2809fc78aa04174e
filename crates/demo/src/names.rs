//! Made-up names, addresses and numbers. Names are common ones of each heritage, drawn at random: nobody is meant.

use crate::people::Person;
use crate::place::EthnicGroup;
use crate::random::{Stream, scramble};

const WOMEN: [&[&str]; 4] = [
    &[
        "Olivia",
        "Amelia",
        "Emily",
        "Jessica",
        "Sophie",
        "Chloe",
        "Lucy",
        "Grace",
        "Hannah",
        "Megan",
        "Laura",
        "Rebecca",
        "Sarah",
        "Emma",
        "Claire",
        "Nicola",
        "Karen",
        "Julie",
        "Susan",
        "Margaret",
        "Patricia",
        "Jean",
        "Dorothy",
        "Joan",
        "Sheila",
        "Barbara",
        "Christine",
        "Linda",
        "Janet",
        "Helen",
        "Ellie",
        "Freya",
        "Isla",
        "Poppy",
        "Ruby",
        "Daisy",
    ],
    &[
        "Aisha", "Fatima", "Zainab", "Maryam", "Khadija", "Amina", "Hafsa", "Noor", "Sana", "Iqra", "Rukhsana",
        "Shazia", "Nasreen", "Parveen", "Farzana", "Saima", "Priya", "Anjali", "Meera", "Sunita", "Harpreet",
        "Jaspreet", "Yasmin", "Samina", "Bushra", "Tahira", "Nadia", "Rabia", "Sumaira", "Shabana",
    ],
    &[
        "Blessing", "Grace", "Esther", "Abena", "Adwoa", "Ngozi", "Chioma", "Amara", "Folake", "Marcia", "Beverley",
        "Sandra", "Michelle", "Naomi", "Ruth", "Fatou", "Mariama", "Tendai", "Rudo", "Almaz",
    ],
    &[
        "Anna",
        "Katarzyna",
        "Agnieszka",
        "Maria",
        "Elena",
        "Ioana",
        "Leila",
        "Hana",
        "Rana",
        "Layla",
        "Eva",
        "Zuzana",
        "Jana",
        "Mei",
        "Ling",
        "Shirin",
        "Dilnoza",
        "Nour",
        "Salma",
        "Rosa",
    ],
];

const MEN: [&[&str]; 4] = [
    &[
        "Oliver", "George", "Harry", "Jack", "Thomas", "James", "William", "Daniel", "Matthew", "Joshua", "Adam",
        "Ryan", "Luke", "David", "Paul", "Mark", "Andrew", "Stephen", "Michael", "Peter", "John", "Robert", "Brian",
        "Kenneth", "Alan", "Derek", "Ronald", "Gary", "Ian", "Neil", "Archie", "Alfie", "Leo", "Oscar", "Freddie",
        "Noah",
    ],
    &[
        "Mohammed", "Muhammad", "Ali", "Hassan", "Ibrahim", "Yusuf", "Imran", "Asif", "Tariq", "Khalid", "Shahid",
        "Nadeem", "Zahid", "Usman", "Bilal", "Hamza", "Umar", "Adeel", "Rashid", "Javed", "Arjun", "Rahul", "Sanjay",
        "Gurpreet", "Sukhdev", "Waseem", "Faisal", "Kashif", "Naveed", "Sajid",
    ],
    &[
        "Kwame", "Kofi", "Emeka", "Chidi", "Tunde", "Samuel", "Emmanuel", "Joseph", "Winston", "Delroy", "Trevor",
        "Marcus", "Andre", "Isaac", "Abdi", "Tendai", "Farai", "Dawit", "Moses", "Elijah",
    ],
    &[
        "Piotr", "Tomasz", "Andrei", "Ion", "Marek", "Jan", "Ahmad", "Omar", "Karim", "Ivan", "Wei", "Jun", "Reza",
        "Darius", "Stefan", "Milan", "Yousef", "Aram", "Luca", "Viktor",
    ],
];

const SURNAMES: [&[&str]; 4] = [
    &[
        "Smith",
        "Jones",
        "Taylor",
        "Brown",
        "Williams",
        "Wilson",
        "Johnson",
        "Davies",
        "Robinson",
        "Wright",
        "Thompson",
        "Evans",
        "Walker",
        "White",
        "Roberts",
        "Green",
        "Hall",
        "Wood",
        "Jackson",
        "Clarke",
        "Holmes",
        "Barker",
        "Firth",
        "Sutcliffe",
        "Greenwood",
        "Ackroyd",
        "Booth",
        "Hainsworth",
        "Naylor",
        "Priestley",
        "Rhodes",
        "Shaw",
        "Whitaker",
        "Murphy",
        "Kelly",
        "Hudson",
        "Hargreaves",
        "Illingworth",
        "Feather",
        "Pickles",
        "Dewhirst",
        "Metcalfe",
    ],
    &[
        "Khan",
        "Hussain",
        "Ahmed",
        "Ali",
        "Akhtar",
        "Begum",
        "Mahmood",
        "Malik",
        "Iqbal",
        "Shah",
        "Mirza",
        "Butt",
        "Aslam",
        "Rehman",
        "Bibi",
        "Hussein",
        "Kaur",
        "Singh",
        "Patel",
        "Sharma",
        "Miah",
        "Uddin",
        "Rahman",
        "Chowdhury",
        "Kauser",
        "Qureshi",
        "Saleem",
        "Yousaf",
        "Zaman",
        "Sadiq",
    ],
    &[
        "Mensah", "Owusu", "Okafor", "Adeyemi", "Ogunleye", "Boateng", "Campbell", "Francis", "Gordon", "Clarke",
        "Joseph", "Moyo", "Ncube", "Abdi", "Bailey", "Grant", "Diallo", "Kamara", "Tesfaye", "Nwosu",
    ],
    &[
        "Kowalski", "Nowak", "Popescu", "Ionescu", "Horvath", "Novak", "Hassan", "Aziz", "Karimi", "Chen", "Wang",
        "Al-Sayed", "Petrov", "Balog", "Kovac", "Rossi", "Silva", "Haddad", "Mahmoud", "Lee",
    ],
];

const STREETS: [&str; 40] = [
    "Abbot Fold",
    "Beckfoot",
    "Bobbin",
    "Bracken",
    "Calder View",
    "Carder",
    "Cinder",
    "Clough",
    "Comber",
    "Cropping",
    "Doffer",
    "Fellmonger",
    "Fettler",
    "Gable",
    "Ginnel",
    "Heddle",
    "Holly Bank",
    "Ings",
    "Jenny",
    "Kersey",
    "Lark",
    "Ling",
    "Loom",
    "Merino",
    "Mungo",
    "Nettle",
    "Oakroyd",
    "Picker",
    "Quarry",
    "Reeling",
    "Sallow",
    "Shoddy",
    "Shuttle",
    "Skein",
    "Sorrel",
    "Spindle",
    "Teasel",
    "Tenter",
    "Warp",
    "Worsted",
];
const KINDS: [&str; 8] = ["Street", "Road", "Lane", "Avenue", "Terrace", "Close", "Grove", "Court"];

/// A name: given and family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Given name.
    pub given: &'static str,
    /// Family name, the same for most of a household.
    pub family: &'static str,
}

fn heritage(person: &Person) -> usize {
    match (person.group, person.category) {
        (EthnicGroup::White, b'C') | (EthnicGroup::Asian, b'R') | (EthnicGroup::Other, _) => 3,
        (EthnicGroup::White | EthnicGroup::Mixed, _) => 0,
        (EthnicGroup::Asian, _) => 1,
        (EthnicGroup::Black, _) => 2,
    }
}

/// The name of a person of a household; the family's is decided by the household.
pub fn name(person: &Person, household: u64, stream: &mut Stream) -> Name {
    let heritage = heritage(person);
    let given = stream.pick(if person.male { MEN[heritage] } else { WOMEN[heritage] });
    let families = SURNAMES[heritage];
    let shared = usize::try_from(scramble(household) % families.len() as u64).unwrap_or(0);
    let family = if stream.chance(0.12) { stream.pick(families) } else { &families[shared] };
    Name { given, family }
}

/// The address of a household in an area: house and street, postcode. The postcode area EV does not exist.
pub fn address(area: u16, household: u64) -> (String, String) {
    let mixed = scramble(household ^ 0xADD8_E550);
    let index = |shift: u32, length: usize| usize::try_from((mixed >> shift) % length as u64).unwrap_or(0);
    let street =
        format!("{} {} {}", 1 + index(0, 140), STREETS[index(8, STREETS.len())], KINDS[index(20, KINDS.len())]);
    let letters = b"ABDEFGHJLNPQRSTUWXYZ";
    let (first, second) = (letters[index(32, 20)] as char, letters[index(44, 20)] as char);
    (street, format!("EV{} {}{first}{second}", 1 + area / 10, area % 10))
}

/// A telephone number of the range that the regulator keeps for drama (Ofcom: 07700 900000 to 900999).
pub fn telephone(household: u64, member: u64) -> String {
    format!("07700 900{:03}", scramble(household ^ member.rotate_left(17)) % 1000)
}

/// Whether there is an NHS number of the test range for a person: 999, six digits and a check digit (modulus 11), so up to
/// a million people; one in eleven has none, because the check digit would be 10.
pub fn nhs_number(person: u64) -> Option<String> {
    if person >= 1_000_000 {
        return None;
    }
    // Spread over the range: 618,033 has no factor in common with a million.
    let digits = format!("999{:06}", person * 618_033 % 1_000_000);
    let sum: u32 = digits.bytes().zip((2..=10).rev()).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    match 11 - sum % 11 {
        10 => None,
        11 => Some(format!("{digits}0")),
        check => Some(format!("{digits}{check}")),
    }
}

/// A pseudonym, the same in every extract of one seed.
pub fn pseudonym(seed: u64, person: u64) -> String {
    format!("{:016X}", scramble(scramble(seed ^ 0x5EED) ^ person))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::nhs_number;

    #[test]
    fn nhs_numbers_are_of_the_test_range_valid_and_distinct() {
        let numbers: Vec<String> = (0..20_000).filter_map(nhs_number).collect();
        assert!(numbers.len() > 18_000, "{}", numbers.len());
        assert_eq!(numbers.iter().collect::<HashSet<_>>().len(), numbers.len());
        for number in &numbers {
            let digits: Vec<u32> = number.bytes().map(|digit| u32::from(digit - b'0')).collect();
            let sum: u32 = digits.iter().zip((1..=10).rev()).map(|(digit, weight)| digit * weight).sum();
            // With the check digit at weight 1 the whole is divisible by 11 (NHS Data Dictionary, NHS NUMBER).
            assert!(
                number.starts_with("999") && digits.len() == 10 && sum.is_multiple_of(11),
                "a number fails its check"
            );
        }
        assert_eq!(nhs_number(1_000_000), None);
    }
}
