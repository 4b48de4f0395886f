// What can go wrong, in German.
import type { FailureKey } from './en-failures.ts';

const changed = 'Dieses Update wurde verändert, nachdem sein Hersteller es signiert hat.';
const damaged = 'Diese Update-Datei ist beschädigt. Laden Sie sie noch einmal beim Hersteller.';
const makersFault =
	'Der Hersteller hat bei diesem Update einen Fehler gemacht. Bitten Sie um ein berichtigtes.';
const otherProduct = 'Dieses Update ist für ein anderes Produkt.';
const otherDevice = 'Dieses Update ist für ein anderes Gerät als das angeschlossene.';
const pageTooOld =
	'Diese Seite ist zu alt für dieses Update. Laden Sie sie neu und öffnen Sie dann das Update noch einmal.';
const noRoom =
	'Dieser Browser konnte nicht speichern, was nötig ist. Schaffen Sie Platz und versuchen Sie es dann noch einmal.';

export const deFailures: Readonly<Record<FailureKey, string>> = {
	'bundle.not-a-bundle': 'Diese Datei ist kein Update.',
	'bundle.too-large': 'Diese Datei ist zu groß für ein Update.',
	'bundle.damaged': damaged,
	'bundle.unpacked-size': damaged,
	'bundle.path': damaged,
	'bundle.duplicate-file': damaged,
	'bundle.unlisted-file': changed,
	'bundle.missing-file': damaged,
	'bundle.file-changed': changed,
	'bundle.no-crypto':
		'Dieser Browser ist zu alt, um zu prüfen, von wem das Update ist. Aktualisieren Sie den Browser.',
	'bundle.unsigned': 'Dieses Update ist nicht signiert; niemand kann sagen, von wem es ist.',
	'bundle.signature-form': damaged,
	'bundle.algorithm': 'Dieses Update ist auf eine Weise signiert, die nicht sicher genug ist.',
	'bundle.wrong-type': 'Was in dieser Datei signiert ist, ist kein Update.',
	'bundle.key-mismatch': changed,
	'bundle.signature-wrong': changed,
	'bundle.signature-repeated': changed,
	'bundle.too-few-signatures':
		'Dieses Update ist nicht von allen signiert, die es signieren müssen.',
	'bundle.unknown-maker': 'Dieses Update ist von einem Hersteller, den diese Seite nicht kennt.',
	'bundle.key-revoked':
		'Dieses Update wurde mit einem Schlüssel signiert, den sein Hersteller zurückgezogen hat. Besorgen Sie ein neueres.',
	'bundle.keys-old': 'Die Schlüsselliste des Herstellers ist älter als die schon bekannte.',
	'bundle.key-list': makersFault,
	'bundle.key-unreadable': 'Dieser Schlüssel kann nicht verwendet werden.',
	'bundle.newer-format': pageTooOld,
	'bundle.manifest': makersFault,
	'bundle.unknown-field': pageTooOld,
	'bundle.overlap': makersFault,
	'bundle.picture': makersFault,
	'bundle.pattern': makersFault,
	'bundle.not-yet-valid':
		'Dieses Update darf nicht vor dem {from} installiert werden. Prüfen Sie das Datum dieses Computers.',
	'bundle.expired':
		'Dieses Update konnte bis zum {until} installiert werden. Besorgen Sie beim Hersteller ein neueres.',
	'bundle.rolled-back': 'Version {version} ist älter, als der Hersteller erlaubt.',
	'bundle.wrong-product': otherProduct,
	'bundle.wrong-chip': otherDevice,
	'bundle.wrong-flash-size': 'Dieses Update ist für eine andere Ausführung dieses Geräts.',
	'bundle.wrong-board': otherDevice,
	'bundle.wrong-serial': 'Dieses Update ist nicht für das Gerät mit der Seriennummer {serial}.',
	'bundle.previous-too-old':
		'Ihr Gerät hat Version {installed}. Installieren Sie zuerst Version {minimum}, dann diese.',
	'bundle.previous-forbidden': 'Dieses Update kann Version {installed} nicht ersetzen.',
	'bundle.no-base':
		'Dieses Update geht nur von Version {version} aus, und Ihr Gerät hat etwas anderes. Besorgen Sie das vollständige Update.',
	'bundle.delta-broken': makersFault,
	'bundle.channel': 'Die Update-Liste des Herstellers ist nicht lesbar.',
	'bundle.channel-old': 'Die Update-Liste des Herstellers ist älter als die schon bekannte.',
	'bundle.channel-stale': 'Die Update-Liste des Herstellers galt bis zum {until}.',
	'update.no-route':
		'Ihr Gerät ist von diesem Browser aus nicht erreichbar. Nehmen Sie Chrome oder Edge am Computer.',
	'update.in-frame':
		'In einer fremden Website nimmt diese Seite nur Updates von Herstellern an, für die sie gemacht ist. Öffnen Sie sie in einem eigenen Tab.',
	'update.no-device':
		'Ihr Gerät antwortet nicht. Prüfen Sie das Kabel und schalten Sie es noch einmal in den Update-Modus.',
	'update.unknown-chip': 'Es lässt sich nicht feststellen, was für ein Gerät angeschlossen ist.',
	'update.locked': 'Ihr Gerät ist gesperrt und nimmt von hier aus keine Updates an.',
	'update.unreadable': 'Ihr Gerät konnte nicht gelesen werden. Prüfen Sie das Kabel.',
	'update.version-unknown': 'Es lässt sich nicht feststellen, welche Version Ihr Gerät hat.',
	'update.whole-elsewhere':
		'Dieses Update führt nur von Version {version} weiter, und Ihr Gerät hat etwas anderes. Das vollständige liegt vielleicht bei {host}.',
	'update.no-whole':
		'Der Hersteller bietet dort kein vollständiges Update auf Version {version} an.',
	'update.wrong-version-inside': makersFault,
	'update.keeps': makersFault,
	'update.write-protected': 'Ihr Gerät ist gegen Änderungen gesperrt.',
	'update.does-not-fit': 'Dieses Update passt nicht auf Ihr Gerät.',
	'update.not-possible-here':
		'Ihr Gerät lässt sich mit diesem Kabel von hier aus nicht aktualisieren.',
	'update.power':
		'Der Akku dieses Computers ist fast leer ({percent} %). Schließen Sie das Netzteil an und versuchen Sie es dann noch einmal.',
	'update.unfinished-other':
		'Ein Update dieses Geräts auf Version {version} wurde unterbrochen. Beenden Sie zuerst jenes.',
	'update.other-device': 'Das ist ein anderes Gerät als das, auf dem das Update begonnen wurde.',
	'update.nothing-kept': 'Die vorige Version ist auf diesem Computer nicht mehr vorhanden.',
	'update.no-way-back': 'Der Hersteller erlaubt keinen Weg zurück von Version {version}.',
	'update.storage':
		'Auf diesem Computer ist kein Platz, um die jetzige Version Ihres Geräts aufzubewahren. Schaffen Sie Platz und versuchen Sie es dann noch einmal.',
	'update.disconnected':
		'Die Verbindung zu Ihrem Gerät ist abgerissen. Verbinden Sie es wieder und setzen Sie das Update fort.',
	'update.stopped': 'Sie haben das Update angehalten.',
	'update.not-taken': 'Ihr Gerät hat die neue Version nicht angenommen.',
	'update.not-switched':
		'Die neue Version ist auf Ihrem Gerät, aber das Gerät benutzt sie noch nicht.',
	'update.switch-not-seen': 'Ihr Gerät ist neu gestartet und muss noch einmal angesehen werden.',
	'update.locked-by-cut':
		'Der Strom ist in einem ungünstigen Moment ausgefallen: Ihr Gerät arbeitet, nimmt aber von hier aus keine Updates mehr an.',
	'update.version-after': 'Ihr Gerät nennt nach dem Update Version {found}, nicht {expected}.',
	'update.internal': 'Diese Seite selbst hat einen Fehler gemacht.',
	'link.not-allowed':
		'Das Update liegt bei {host}; von dort holt diese Seite keine Updates. Laden Sie es dort herunter und öffnen Sie es hier.',
	'link.unreachable':
		'Das Update konnte nicht von {host} geholt werden. Prüfen Sie die Internetverbindung.',
	'link.other-file':
		'Was bei {host} liegt, ist nicht das Update, das der Hersteller angekündigt hat.',
	'link.too-large': 'Was bei {host} liegt, ist zu groß für ein Update.',
	wire: 'Die Verbindung zu Ihrem Gerät ist gestört. Prüfen Sie das Kabel und versuchen Sie es noch einmal.',
	'wire.lost': 'Ihr Gerät wurde abgezogen. Verbinden Sie es wieder.',
	'wire.busy':
		'Ein anderes Programm oder ein anderer Tab benutzt Ihr Gerät. Schließen Sie es und versuchen Sie es dann noch einmal.',
	'wire.permission':
		'Dieser Computer lässt den Browser nicht an Ihr Gerät. Der Support des Herstellers weiß, was einzustellen ist.',
	uart: 'Ihr Gerät antwortet nicht. Schalten Sie es noch einmal in den Update-Modus und versuchen Sie es dann wieder.',
	dfu: 'Ihr Gerät antwortet nicht wie erwartet. Schalten Sie es noch einmal in den Update-Modus.',
	'job.file-gone': 'Die Datei war nicht lesbar. Öffnen Sie sie noch einmal.',
	job: 'Ihr Gerät hat die neue Version nicht angenommen.',
	plan: 'Dieses Update passt nicht auf Ihr Gerät.',
	store: noRoom,
	storage: noRoom,
	option: 'Ihr Gerät hat eine Einstellung nicht angenommen.',
	other: 'Etwas ist schiefgegangen, wofür diese Seite keine Worte hat.',
};
